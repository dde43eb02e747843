import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mostAttached } from '../../src/index.ts'
import { ann, compile, faults, rendered } from './shop.ts'

describe('MJML', () => {
  const mjml = (body: string): string =>
    `<mjml><mj-body><mj-section><mj-column>\n${body}\n</mj-column></mj-section></mj-body></mjml>`

  test('is HTML for each person, with the Liquid that is in it', async () => {
    const source = mjml(
      `<mj-text>{% if person.visits > 3 %}Hi{% endif %} {{ person.name | append: " <3" }}</mj-text>
       <mj-button href="https://acme.example/?plan={{ person.plan }}">{{ person.state }}</mj-button>
       <mj-raw>{% for one in person.languages %}</mj-raw><mj-text>{{ one }}</mj-text><mj-raw>{% endfor %}</mj-raw>`,
    )
    const message = await compile({ mjml: source, preheader: 'For {{ person.name }}' })
    expect(message.needs).toEqual(['languages', 'name', 'plan', 'state', 'visits'])
    const { html, text } = rendered(message, { ...ann, fields: { ...ann.fields, name: '<b>' } })
    expect(html).toMatch(/^<!doctype html>/i)
    expect(html).toContain('Hi &lt;b&gt; &lt;3')
    expect(html).toContain('href="https://acme.example/?plan=pro"')
    expect(html).toMatch(/<body[^>]*><div style="display:none[^"]*">For &lt;b&gt;<\/div>/)
    expect(html!.match(/>(en|de)</g)).toEqual(['>en<', '>de<'])
    expect(html).not.toMatch(/\{[{%]|[\u{F5EA}\u{F5EB}]/u)
    expect(text).toContain('Hi <b> <3')
    expect(text).toContain('CA [https://acme.example/?plan=pro]')
  })

  test('is refused with its line where MJML or its Liquid is wrong', async () => {
    expect(await faults({ mjml: mjml('<mj-text colour="red">{{ person.stat }}</mj-text>') })).toEqual([
      "mjml:2:26: unknown field 'stat' - did you mean 'state'?",
      expect.stringMatching(/^mjml:2:1: .*colour.* in <mj-text>$/),
    ])
    expect(await faults({ mjml: mjml('{% if person.name %}<mj-text>a</mj-text>{% endif %}') })).toEqual([
      'mjml:2:1: found {% if person.name %}, which MJML leaves out here, expected <mj-raw>{% if person.name %}</mj-raw>, or another place',
      expect.stringContaining('mjml:2:41: found {% endif %}, which MJML leaves out here'),
    ])
    expect(await faults({ mjml: '<p>{{ person.name }}</p>' })).toEqual([
      expect.stringMatching(/^mjml: Malformed MJML/),
    ])
  })

  test('reads no files', async () => {
    const message = await compile({
      mjml: mjml('<mj-text>a</mj-text><mj-include path="/etc/hostname" type="html" />'),
    }).catch(String)
    expect(JSON.stringify(message)).not.toContain('hostname":')
    if (typeof message !== 'string') expect(rendered(message).text).toBe('a')
  })
})

describe('a text that is made of HTML', () => {
  test('says the same, with links and without markup', async () => {
    const message = await compile({
      html: `<html><head><title>x</title><style>p { color: red }</style></head><body>
        <h1>News for {{ person.name }}</h1>
        <p>You &amp; us{% if person.visits > 3 %}, <b>again</b>{% endif %}.</p>
        <ul>{% for one in person.languages %}<li>{{ one }}</li>{% endfor %}</ul>
        <p {% if person.active %}class="a>b"{% endif %}><a href="https://acme.example/?a=1&amp;b={{ person.plan }}">Shop</a></p>
        <img src="x.png" alt="{{ person.state }}"><a href="https://acme.example">https://acme.example</a>
      </body></html>`,
    })
    const said = rendered(message, { ...ann, fields: { ...ann.fields, name: 'Ann & <Bob>' } }).text
    expect(said).toBe(
      'News for Ann & <Bob>\n\nYou & us, again.\n\n * en\n\n * de\n\nShop [https://acme.example/?a=1&b=pro]\n\nhttps://acme.example',
    )
  })

  test('is not made where one is given', async () => {
    const message = await compile({ html: '<p>{{ person.name }}</p>', text: 'Hello {{ person.name }}' })
    expect(rendered(message)).toMatchObject({ html: '<p>Ann</p>', text: 'Hello Ann' })
    expect(rendered(await compile({ text: 'Hello' }))).not.toHaveProperty('html')
  })
})

test('a preheader stands where a reader finds it first, and is not seen', async () => {
  const preheader = 'For {{ person.name }}\n only'
  const hidden = '<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">For Ann only</div>'
  const whole = await compile({ html: '<html><BODY class="a">Hi</BODY></html>', preheader })
  expect(rendered(whole).html).toBe(`<html><BODY class="a">${hidden}Hi</BODY></html>`)
  const part = await compile({ html: '<p>Hi</p>', preheader })
  expect(rendered(part).html).toBe(`${hidden}<p>Hi</p>`)
})

describe('attachments', () => {
  const content = new TextEncoder().encode('hello')

  test('have their content, read once, and a type', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'attached-'))
    try {
      const path = join(folder, 'terms.PDF')
      writeFileSync(path, content)
      const message = await compile({
        html: '<img src="cid:logo"> and cid:nothing',
        attachments: [
          { path },
          { path, filename: 'a.bin', contentType: 'application/octet-stream' },
          { filename: 'logo.png', content, contentId: 'logo' },
        ],
      })
      rmSync(path)
      const { attachments } = rendered(message)
      expect(attachments.map((one) => ({ ...one, content: new TextDecoder().decode(one.content) }))).toEqual([
        { filename: 'terms.PDF', content: 'hello', contentType: 'application/pdf' },
        { filename: 'a.bin', content: 'hello', contentType: 'application/octet-stream' },
        { filename: 'logo.png', content: 'hello', contentType: 'image/png', contentId: 'logo' },
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test.each([
    [
      [{ path: '/nowhere/terms.pdf' }],
      "attachments.0.path: found '/nowhere/terms.pdf', expected a file that can be read (ENOENT)",
    ],
    [
      [{ filename: 'a.pdf' }],
      'attachments.0.content: found undefined, expected a Uint8Array; or a path, and not both',
    ],
    [
      [{ filename: 'a.pdf', content: 'x' }],
      'attachments.0.path: found undefined, expected a file that can be read (x)',
    ],
    [
      [{ filename: 'a.xyz', content }],
      'attachments.0.contentType: found undefined, expected one such as application/pdf',
    ],
    [[{ filename: '../a.pdf', content }], 'attachments.0.filename'],
    [[{ filename: 'a\r\nb.pdf', content }], 'attachments.0.filename'],
    [[{ filename: 'a.pdf', content, contentId: '<x>' }], "attachments.0.contentId: found '<x>'"],
    [
      [{ filename: 'a.pdf', content, contntId: 'x' }],
      "attachments.0.contntId: unknown key 'contntId' - did you mean 'contentId'?",
    ],
    [['a.pdf'], "attachments.0: found 'a.pdf', expected { filename, content } or { path }"],
    [
      [
        { filename: 'a.pdf', content: new Uint8Array(mostAttached) },
        { filename: 'b.pdf', content: new Uint8Array(1) },
      ],
      'attachments: found 7000001 bytes, expected at most 7000000 in all',
    ],
  ])('are refused: %#', async (attachments, expected) => {
    const found = await faults({ text: 'a', attachments: attachments as never })
    expect(found[0]).toContain(expected)
  })

  test('that HTML shows are there', async () => {
    const attachments = [{ filename: 'logo.png', content, contentId: 'logo' }]
    expect(await faults({ html: '<img src="cid:lgo">', attachments })).toEqual([
      "html: unknown attachment 'lgo' - did you mean 'logo'?",
    ])
  })
})
