import { describe, expect, test } from 'vitest'
import { compileMessage, type MessageError } from '../../src/index.ts'
import { base, compile, faults, schema } from './shop.ts'

describe('a template is refused', () => {
  test.each([
    // names
    ['{{ person.stat }}', "text:1:4: unknown field 'stat' - did you mean 'state'?"],
    [
      'a\n  {{ person.address.citty }}',
      "text:2:6: unknown field 'address.citty' - did you mean 'address.city'?",
    ],
    ['{{ state }}', "text:1:4: unknown variable 'state' - did you mean 'person.state'?"],
    ['{{ persn.state }}', "text:1:4: unknown variable 'persn' - did you mean 'person'?"],
    ['{{ customer.state }}', "text:1:4: unknown variable 'customer'"],
    ['{% if person.stat %}a{% endif %}', "text:1:7: unknown field 'stat' - did you mean 'state'?"],
    [
      '{% if person.name and person.stat == "x" %}a{% endif %}',
      "text:1:23: unknown field 'stat' - did you mean 'state'?",
    ],
    [
      '{% for x in person.langages %}a{% endfor %}',
      "text:1:13: unknown field 'langages' - did you mean 'languages'?",
    ],
    ['{% assign x = person.stat %}', "text:1:15: unknown field 'stat' - did you mean 'state'?"],
    [
      "{% case person.plann %}{% when 'pro' %}{% endcase %}",
      "text:1:9: unknown field 'plann' - did you mean 'plan'?",
    ],
    ["{{ 'a' | append: person.stat }}", "text:1:18: unknown field 'stat' - did you mean 'state'?"],
    [
      '{% capture x %}{{ person.stat }}{% endcapture %}',
      "text:1:19: unknown field 'stat' - did you mean 'state'?",
    ],
    ['{% liquid\n echo person.stat\n%}', "unknown field 'stat' - did you mean 'state'?"],
    [
      '{% for o in person.orders %}{{ o.skuu }}{% endfor %}',
      "text:1:32: unknown part 'o.skuu' - did you mean 'o.sku'?",
    ],
    [
      "{{ person.orders | map: 'skuu' | size }}",
      "text:1:4: unknown part 'skuu' - did you mean 'sku'? (in 'map')",
    ],
    ['{{ shop.nmae }}', "text:1:4: unknown part 'shop.nmae' - did you mean 'shop.name'?"],
    ['{{ unsubscribe.url }}', "text:1:4: unknown variable 'unsubscribe'"],
    ['{{ person.name | upcse }}', "text:1:4: unknown filter 'upcse' - did you mean 'upcase'?"],
    ['{{ person.name | raw }}', "text:1:4: unknown filter 'raw'"],
    ["{{ person.orders | where_exp: 'o', 'o.sku' }}", "text:1:4: unknown filter 'where_exp'"],
    ["{% include 'x' %}", "text:1:1: unknown tag 'include'"],
    ["{% render 'x' %}", "text:1:1: unknown tag 'render'"],
    ['{% iff person.name %}{% endif %}', "text:1:1: unknown tag 'iff' - did you mean 'if'?"],
    [
      '{{ person[person.name] }}',
      'text:1:4: found a field whose name is worked out, expected a field such as person.name',
    ],
    [
      '{% assign person = 1 %}',
      "text:1:11: found 'person' as a name of the template's own, expected another: it has a meaning already",
    ],
    ['{% for shop in person.languages %}a{% endfor %}', "found 'shop' as a name of the template's own"],
    // what cannot be read
    ['{{ person.name', 'text:1:1: output "{{ person.name" not closed'],
    ['{% if person.name %}a', 'text:1:1: tag {% if person.name %} not closed'],
    ['{{ }}', 'text:1:4: invalid value expression: ""'],
    [
      'a {{ person.name person.state }}',
      'text:1:6: found several values, or half a comparison, expected one value',
    ],
    [
      '{% if person.name == %}a{% endif %}',
      'text:1:7: found several values, or half a comparison, expected one value',
    ],
    // what has no text, or may be nothing
    ['{{ person }}', "text:1:4: found 'person' by itself, expected a field such as person.name"],
    ['{{ person.address }}', 'text:1:1: found an object, which has no text, expected one of its parts'],
    [
      '{{ person.orders }}',
      'text:1:1: found an object, which has no text, expected one of its parts, such as size, first, last',
    ],
    [
      '{% for o in person.orders %}{{ o }}{% endfor %}',
      'found an object, which has no text, expected one of its parts, such as sku, quantity, at',
    ],
    [
      '{% for o in person.orders %}{{ o.quantity }}{% endfor %}',
      "text:1:32: 'o.quantity' may be nothing: add a default: {{ o.quantity | default: '…' }}, or {% if o.quantity %} around it",
    ],
    ['{{ person.languages.first }}', "text:1:4: 'person.languages.first' may be nothing: add a default"],
    ['{{ person.languages }}', "text:1:1: this may be nothing: add a default behind it: | default: '…'"],
    ["{{ person.languages | join: ', ' }}", 'text:1:4: this may be nothing: add a default behind it'],
    ["{{ person.orders | map: 'sku' }}", 'text:1:1: this may be nothing: add a default behind it'],
    [
      '{{ person.languages | first }}',
      "text:1:4: this may be nothing: add a default behind it: | default: '…'",
    ],
    ['{{ shop[person.plan] }}', "text:1:4: 'shop.[…]' may be nothing"],
    ['{% if person.name %}{% assign x = 1 %}{% endif %}{{ x }}', "text:1:53: unknown variable 'x'"],
    // what cannot be used so
    [
      "{{ person.birthday | date: '%Q' }}",
      "text:1:4: found '%Q' in the format of a date, expected one of %Y %y",
    ],
    ['{{ person.name | default }}', "text:1:4: found 0 arguments of 'default', expected 1, without names"],
    [
      "{{ person.name | truncate: 1, 'a', 2 }}",
      "text:1:4: found 3 arguments of 'truncate', expected 0 to 2, without names",
    ],
    [
      '{% for x in person.name %}a{% endfor %}',
      "text:1:13: found 'person.name', which is no list, expected a list",
    ],
    ["{% case person.spent %}{% when '1' %}a{% endcase %}", "found a value of the kind 'decimal' in case"],
  ])('%s', async (source, expected) => {
    const found = await faults({ text: source, values: { shop: { name: 'Acme' } } })
    expect(found).toEqual([expect.stringContaining(expected)])
  })

  test('with all that is wrong with it, at once', async () => {
    const found = await faults({
      from: 'nobody',
      subject: 'Hi {{ person.nam }}',
      preheader: '{{ persn }}',
      html: '<p>{{ person.name | upcse }}</p>\n<p>{% foo %}</p>',
      text: '{{ person.stat }} {{ person.plann }}',
      defaults: { stat: 'CA', plan: 'gold' },
      headers: { 'X-Campaign': 'spring\r\nBcc: all@acme.example' },
      unsubscribe: 'link',
      htlm: '',
    } as never)
    expect(found).toEqual([
      "htlm: unknown key 'htlm' - did you mean 'html'?",
      "from: found 'nobody', expected an address such as 'Acme <news@acme.example>'",
      'headers.X-Campaign: found a line break or another control character, expected one line of 1 to 900 visible ASCII characters',
      "defaults.stat: unknown field 'stat' - did you mean 'state'?",
      "defaults.plan: found 'gold', expected one of 'free', 'pro'",
      "subject:1:7: unknown field 'nam' - did you mean 'name'?",
      "preheader:1:4: unknown variable 'persn' - did you mean 'person'?",
      "html:2:4: unknown tag 'foo' - did you mean 'for'?",
      "text:1:4: unknown field 'stat' - did you mean 'state'?",
      "text:1:22: unknown field 'plann' - did you mean 'plan'?",
      "text: found no link to unsubscribe that everybody gets, expected {{ unsubscribe.url }}; or unsubscribe: 'none'",
    ])
  })

  test('with what was found and expected, apart', async () => {
    const error = (await compile({ text: 'a\n{{ person.stat }}' }).catch(
      (thrown: unknown) => thrown,
    )) as MessageError
    expect(error.issues).toEqual([
      {
        code: 'unknown-field',
        part: 'text',
        line: 2,
        column: 4,
        message: "unknown field 'stat' - did you mean 'state'?",
        found: 'stat',
        expected: expect.stringContaining('one of id, name, state'),
        suggestion: 'state',
      },
    ])
  })
})

describe('the rest of a message is refused', () => {
  const text = 'Hello'
  test.each([
    [{}, 'html: found neither html nor text, expected one of them at least'],
    [{ text: ' ' }, 'text: found nothing but white space, expected a text'],
    [{ text: 7 }, 'text: found 7, expected a text'],
    [{ text, subject: undefined }, 'subject: found undefined, expected a text'],
    [{ text, subject: 'a\nb' }, 'subject: found a line break, expected one line'],
    [{ html: 'a', mjml: '<mjml></mjml>', text }, 'mjml: found html and mjml, expected one of the two'],
    [
      { text, preheader: 'a' },
      'preheader: found a preheader without html, expected html, which it stands in',
    ],
    [{ text: 'x'.repeat(1_000_001) }, 'text: found 1000001 characters, expected at most 1000000'],
    [
      { text, from: 'a@b.example\r\nBcc: c@d.example' },
      'from: found a line break or another control character',
    ],
    [
      { text, from: 'a@b.example, c@d.example' },
      "from: found 'a@b.example, c@d.example', expected an address",
    ],
    [{ text, from: undefined }, 'from: found undefined, expected an address'],
    [{ text, replyTo: 'Ann <ann>' }, "replyTo: found 'Ann <ann>', expected an address"],
    [
      { text, headers: { Subject: 'x' } },
      "headers.Subject: found 'Subject', expected a line that does not follow from the rest",
    ],
    [{ text, headers: { 'List-Unsubscribe': '<x>' } }, "headers.List-Unsubscribe: found 'List-Unsubscribe'"],
    [{ text, headers: { 'a b': 'x' } }, "headers: found the name 'a b', expected letters, digits and -"],
    [
      { text, headers: { 'X-A': 'ü' } },
      "headers.X-A: found 'ü', expected one line of 1 to 900 visible ASCII characters",
    ],
    [
      { text, headers: ['X-A'] },
      "headers: found a list, expected lines by name, such as { 'X-Campaign': 'spring' }",
    ],
    [
      { text, zone: 'Mars/Olympus' },
      "zone: found 'Mars/Olympus', expected a time zone of the IANA list, such as 'Europe/Berlin'",
    ],
    [{ text, locale: '!' }, "locale: found '!', expected a language such as 'en' or 'de-DE'"],
    [{ text, unsubscribe: true }, "unsubscribe: found true, expected 'link' or 'none'"],
    [
      { text, values: { person: 'x' } },
      "values.person: found 'person', which means something already, expected another name",
    ],
    [
      { text, values: { 'a b': 'x' } },
      "values.a b: found the name 'a b', expected a letter or _, then letters, digits and _",
    ],
    [{ text, values: { now: new Date() } }, 'values.now: found a Date, expected plain data'],
    [
      { text, values: { a: [{ b: () => 1 }] } },
      'values.a.0.b: found a function that was not called, expected plain data',
    ],
    [{ text, values: 'x' }, "values: found 'x', expected values by name: { shop: 'Acme' }"],
    [
      { text, defaults: { address: {} } },
      'defaults.address: found a default for an object, expected defaults for its parts',
    ],
    [
      { text, defaults: { spent: '1.999' } },
      "defaults.spent: found '1.999', expected a decimal with at most 2 digits after the point",
    ],
    [{ text, defaults: [] }, 'defaults: found an empty list, expected values by field'],
    [{ text, attachments: 'x' }, "attachments: found 'x', expected a list"],
  ])('%o', async (template, expected) => {
    expect(await faults(template as never)).toEqual([expect.stringContaining(expected)])
  })

  test('what is no template, or has no schema', async () => {
    await expect(compileMessage(null as never, schema)).rejects.toThrow(
      'message: found null, expected { from, subject, html }',
    )
    await expect(compileMessage({ ...base, text: 'a' }, {} as never)).rejects.toThrow('expected a schema')
  })
})

describe('a link to unsubscribe', () => {
  const url = '{{ unsubscribe.url }}'
  test.each([
    [`a ${url}`],
    [`{% if variant == 'a' %}a ${url}{% else %}b ${url}{% endif %}`],
    [`{% case person.plan %}{% when 'pro' %}${url}{% else %}${url}{% endcase %}`],
    ['{% liquid\n echo unsubscribe.url\n%}'],
  ])('is in every body for everybody: %s', async (text) => {
    expect((await compile({ text, unsubscribe: 'link' })).unsubscribes).toBe(true)
  })

  test.each([
    ['a'],
    [`{% if person.name %}${url}{% endif %}`],
    [`{% case person.plan %}{% when 'pro' %}${url}{% endcase %}`],
    [`{% for x in person.languages %}${url}{% endfor %}`],
    [`{% capture x %}${url}{% endcapture %}`],
    ['{% assign x = unsubscribe.url %}'],
    [`{% comment %}${url}{% endcomment %}`],
    [`{% raw %}${url}{% endraw %}`],
  ])('is not: %s', async (text) => {
    expect(await faults({ text, unsubscribe: 'link' })).toContainEqual(
      expect.stringContaining('found no link to unsubscribe that everybody gets'),
    )
  })

  test('is in the text that is made of HTML as well', async () => {
    const html = '<p>a</p><a href="{{ unsubscribe.url }}"><img src="x.png"></a>'
    const message = await compile({ html, unsubscribe: 'link' })
    expect(message.unsubscribes).toBe(true)
    expect(
      await faults({ html: '<p>a</p><img alt="{{ unsubscribe.url }}" src="x.png">', unsubscribe: 'link' }),
    ).toEqual([expect.stringContaining('text: found no text, and none that can be made of the HTML')])
  })
})
