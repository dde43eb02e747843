import { describe, expect, test } from 'vitest'
import { MessageError } from '../../src/index.ts'
import { ann, compile, context, rendered, say } from './shop.ts'

const bob = { id: 'bob', fields: {} }

describe('a value is written', () => {
  test.each([
    ['{{ person.id }}', 'ann'],
    ['{{ person.name }}', 'Ann'],
    ['{{ person["first name"] }}', 'Ann Marie'],
    ['{{ person.plan }}', 'pro'],
    ['{{ person.visits }}', '7'],
    ['{{ person.score }}', '0.5'],
    ['{{ person.active }}', 'true'],
    ['{{ person.app }}', '2.0.1'],
    ['{{ person.spent }}', '19.90'],
    ['{{ person.limit }}', '100.00'],
    ["{{ person.spent | prepend: '$' }}", '$19.90'],
    ['{{ person.spent | times: 2 }}', '39.8'],
    ['{{ person.spent | times: 2 | round: 2 }}', '39.80'],
    ['{{ 1.005 | round: 2 }} {{ -2.5 | round }} {{ 2.5 | round }}', '1.01 -3 3'],
    ['{{ person.birthday }}', '1990-02-03'],
    ["{{ person.birthday | date: '%-d %B %Y, %A' }}", '3 February 1990, Saturday'],
    ['{{ person.trialEndsAt }}', '2026-11-24 23:30'],
    ["{{ person.trialEndsAt | date: '%d.%m.%y %I:%M %p' }}", '24.11.26 11:30 PM'],
    ["{{ person.languages | default: 'none' }}", 'en, de'],
    ["{{ person.languages | join: '/' | default: '-' }} {{ person.languages.size }}", 'en/de 2'],
    ["{{ person.amounts | default: '-' }} {{ person.amounts | sum }}", '1.50, 20.00 21.5'],
    ['{{ person.address.city }} {{ person.address.geo.zone }}', 'Oakland 4'],
    [
      "{% for order in person.orders %}{{ forloop.index }}:{{ order.sku }}x{{ order.quantity | default: 1 }} {{ order.at.zone | default: 'none' }}{% unless forloop.last %}; {% endunless %}{% endfor %}",
      '1:A-1x2 3; 2:B-2x1 none',
    ],
    ["{{ person.orders | map: 'quantity' | join: '+' | default: 0 }}", '2'],
    ["{{ person.orders | where: 'sku', 'B-2' | map: 'sku' | default: '' }}", 'B-2'],
    ["{{ person.orders | where: 'quantity' | size }} {{ person.orders | reject: 'quantity' | size }}", '1 1'],
    ["{{ 'now' | date: '%Y' }}", '2026'],
    ['{{ broadcast.key }} {{ variant }}', 'spring b'],
    ["{{ person.name | default: 'you' | upcase }}", 'ANN'],
    ['{% liquid\nassign loud = person.name | upcase\necho loud\n%}', 'ANN'],
    ["{% for i in (1..3) %}{% cycle 'a', 'b' %}{% if i == 2 %}{% break %}{% endif %}{% endfor %}", 'ab'],
    [
      '{% raw %}{{ person.nothing }}{% endraw %}{% comment %}{{ nothing }}{% endcomment %}',
      '{{ person.nothing }}',
    ],
    ["{% case person.plan %}{% when 'free' %}F{% when 'pro' %}P{% else %}?{% endcase %}", 'P'],
    ['{% if person.spent < person.limit %}below{% else %}above{% endif %}', 'below'],
    ['{% if person.spent > 9 %}more{% else %}less{% endif %}', 'more'],
    ["{% if person.trialEndsAt < '2026-12-01' and person.birthday >= '1990-02-03' %}yes{% endif %}", 'yes'],
    ["{% if person.languages contains 'de' %}de{% endif %}", 'de'],
  ])('%s', async (source, expected) => {
    expect(await say(source)).toBe(expected)
  })

  test('in the zone and the language of the message, whatever those of the machine', async () => {
    const source =
      "{{ person.trialEndsAt | date: '%-d. %B %H:%M' }} {{ person.birthday | date: '%a %-d' }} {{ 'today' | date: '%F' }}"
    expect(await say(source, ann, { zone: 'Asia/Tokyo', locale: 'de-DE' })).toBe(
      '25. November 08:30 Sa 3 2026-11-26',
    )
    expect(await say(source, ann, { zone: 'America/Los_Angeles' })).toBe(
      '24. November 15:30 Sat 3 2026-11-26',
    )
    // The hour that clocks in New York skip on this day is shown as their neighbours show it.
    const skipped = { id: 'x', fields: { trialEndsAt: '2026-03-08T07:30:00Z' } }
    expect(await say('{{ person.trialEndsAt }}', skipped, { zone: 'America/New_York' })).toBe(
      '2026-03-08 03:30',
    )
  })

  test('with what is the same for everybody', async () => {
    const values = {
      shop: 'Acme',
      links: [{ name: 'Home', url: 'https://acme.example' }],
      prices: { pro: 9 },
    }
    const source =
      '{{ shop }} {% for link in links %}{{ link.name }}{% endfor %} {{ prices[person.plan] | default: 0 }}'
    expect(await say(source, ann, { values })).toBe('Acme Home 9')
    expect(await say(source, { id: 'x', fields: { plan: 'free' } }, { values })).toBe('Acme Home 0')
  })
})

describe('what a person lacks', () => {
  test.each([
    ['{{ person.name }}', ['name']],
    ['{{ person.name }}{{ person.state }}', ['name', 'state']],
    ['{{ person.name | upcase }}', ['name']],
    ['{{ person.address.city }}', ['address.city']],
    ['{% assign x = person.name %}{{ x }}{{ x | upcase }}', ['name']],
    ['{% capture x %}{{ person.name }}{% endcapture %}{{ x }}', ['name']],
    ["{{ 'a' | append: person.name }}", ['name']],
    ['{{ person.name | default: person.state }}', ['state']],
    ["{% if person.name == 'Ann' %}a{% else %}b{% endif %}", ['name']],
    ['{% if person.visits > 3 %}a{% else %}b{% endif %}', ['visits']],
    ["{% if 'Ann' == person.name %}a{% else %}b{% endif %}", ['name']],
    ['{% if 3 < person.visits and person.name %}a{% endif %}', ['visits']],
    ['{% unless person.visits > 3 %}a{% endunless %}', ['visits']],
    ["{% case person.plan %}{% when 'pro' %}a{% else %}b{% endcase %}", ['plan']],
    ['{% for one in person.languages %}{{ one }}{% else %}none{% endfor %}', ['languages']],
    ['{% if person.name or person.visits > 3 %}a{% endif %}', ['visits']],
    ['{{ person.languages.size }}', ['languages']],
    ["{% if person.languages contains 'en' %}a{% endif %}", ['languages']],
  ])('is told, and nothing is said: %s', async (source, missing) => {
    const message = await compile({ text: `a ${source}` })
    expect(message.needs).toEqual(missing)
    expect(message.render(bob, context)).toEqual({ missing })
    // Text of nothing but white space would say as little.
    const blank = { id: 'x', fields: { name: ' \u00A0', state: '' } }
    expect(message.render(blank, context)).toEqual({ missing })
  })

  test.each([
    ["{{ person.name | default: 'you' }}", 'you'],
    ['{% if person.name %}{{ person.name }}{% else %}you{% endif %}', 'you'],
    ['{% if person.name != blank %}{{ person.name }}{% else %}you{% endif %}', 'you'],
    ['{% if person.name == nil %}you{% else %}{{ person.name }}{% endif %}', 'you'],
    ['{% unless person.name %}you{% else %}{{ person.name }}{% endunless %}', 'you'],
    ["{% if person.name and person.name != 'Bob' %}{{ person.name }}{% else %}you{% endif %}", 'you'],
    ['{% if not person.name %}you{% else %}{{ person.name }}{% endif %}', 'you'],
    [
      '{% if person.state %}{{ person.state }}{% elsif person.name %}{{ person.name }}{% else %}you{% endif %}',
      'you',
    ],
    ['{% if person.orders.first %}{{ person.orders.first.sku }}{% else %}you{% endif %}', 'you'],
    ['{% if person.address %}home{% else %}you{% endif %}', 'you'],
    [
      "{% if person.name %}{% assign who = person.name %}{% else %}{% assign who = 'you' %}{% endif %}{{ who }}",
      'you',
    ],
  ])('need not be there: %s', async (source, expected) => {
    const message = await compile({ text: source })
    expect(message.needs).toEqual([])
    expect(rendered(message, bob).text).toBe(expected)
    expect(rendered(message).text).not.toContain('you')
  })

  test('has a default of the message', async () => {
    const defaults = {
      name: 'friend',
      spent: '0',
      birthday: '2000-01-01',
      languages: ['en'],
      'address.city': '',
    }
    const message = await compile({
      text: "{{ person.name }} {{ person.spent }} {{ person.birthday | date: '%Y' }} {{ person.languages | join: '+' | default: '-' }} [{{ person.address.city }}] {{ person.state }}",
      defaults,
    })
    expect(message.needs).toEqual(['state'])
    expect(message.fields).toEqual(['address.city', 'birthday', 'languages', 'name', 'spent', 'state'])
    expect(rendered(message, { id: 'x', fields: { state: 'CA' } }).text).toBe('friend 0.00 2000 en [] CA')
  })

  test('is what is left of all that is said', async () => {
    const message = await compile({
      subject: "{{ person.name | default: '' }}",
      text: '{% if person.state %}CA{% endif %}',
    })
    expect(message.render(bob, context)).toEqual({ missing: ['subject', 'text'] })
  })

  test('a value that is not of its type is missing, and so is what is inherited', async () => {
    const message = await compile({ text: '{{ person.name }}' })
    const inherited = Object.create({ name: 'Ann' }) as Record<string, unknown>
    expect(message.render({ id: 'x', fields: { name: 7 } }, context)).toEqual({ missing: ['name'] })
    expect(message.render({ id: 'x', fields: inherited }, context)).toEqual({ missing: ['name'] })
  })
})

describe('a message', () => {
  test('has what a transport takes', async () => {
    const message = await compile({
      replyTo: 'help@acme.example',
      subject: '{{ person.name }}',
      html: '<p>{{ person.name }}</p><a href="{{ unsubscribe.url }}">Unsubscribe</a>',
      text: '{{ person.name }} {{ unsubscribe.url }}',
      headers: { 'X-Campaign': 'spring' },
      unsubscribe: 'link',
    })
    // A line that a person's own value would add to the header.
    const said = rendered(message, { id: 'x', fields: { name: 'Ann\r\nBcc: all@acme.example\u2028' } })
    expect(said).toEqual({
      from: 'Acme <news@acme.example>',
      replyTo: 'help@acme.example',
      subject: 'Ann Bcc: all@acme.example',
      html: '<p>Ann\r\nBcc: all@acme.example\u2028</p><a href="https://acme.example/u/1.a.b">Unsubscribe</a>',
      text: 'Ann\r\nBcc: all@acme.example\u2028 https://acme.example/u/1.a.b',
      headers: { 'X-Campaign': 'spring' },
      attachments: [],
    })
    expect(() => message.render(ann, { broadcast: 'spring', at: context.at })).toThrow(
      'unsubscribeUrl: found undefined, expected a link of the person, https://…',
    )
    expect(() => message.render(ann, { ...context, at: 'now' })).toThrow('now is an instant')
  })

  test('is the same again', async () => {
    const message = await compile({ text: "{{ person.name }} {{ 'now' | date: '%T' }}" })
    expect(message.render(ann, context)).toEqual(message.render(ann, context))
    expect(rendered(message).text).toBe('Ann 08:00:00')
  })

  test('reaches nothing but what it is given', async () => {
    for (const source of [
      '{{ person.constructor }}',
      '{{ constructor.name }}',
      '{{ person.__proto__ }}',
      '{{ toString }}',
    ]) {
      await expect(compile({ text: source })).rejects.toThrow(MessageError)
    }
    const values = { shop: { name: 'Acme' } }
    await expect(compile({ text: '{{ shop.constructor }}', values })).rejects.toThrow(
      "unknown part 'shop.constructor'",
    )
    await expect(
      compile({ text: '{{ shop[person.name] | default: 1 }}', values }).then((m) =>
        m.render({ id: 'x', fields: { name: 'constructor' } }, context),
      ),
    ).resolves.toMatchObject({ text: '1' })
  })

  test('that would go on and on is stopped', async () => {
    const message = await compile({
      text: '{% for a in (1..9000) %}{% for b in (1..9000) %}x{% endfor %}{% endfor %}',
    })
    const started = performance.now()
    expect(() => message.render(ann, context)).toThrow(/text:1:\d+: .*limit exceeded/)
    expect(performance.now() - started).toBeLessThan(10_000)
    const wide = await compile({ text: '{% for a in (1..99999999) %}x{% endfor %}' })
    expect(() => wide.render(ann, context)).toThrow('memory alloc limit exceeded')
  })
})
