import { compileMessage } from '@segmentry/broadcast'
import { decimal, defineSchema, integer, list, type Person, text } from '@segmentry/core'
import { Liquid } from 'liquidjs'
import type { InProcessResult } from './in-process.ts'
import { measure } from './measure.ts'

// One message for many people, beside the same template in bare liquidjs, which checks nothing and is given the fields as they are.

const schema = defineSchema({
  fields: {
    name: text(),
    state: text(),
    plan: text(),
    visits: integer(),
    spent: decimal(2),
    languages: list(text()),
  },
})

const cells = '<table role="presentation"><tr><td style="padding:0;font:16px/1.5 sans-serif;color:#222222">'
const html = `<!doctype html><html><body>${cells.repeat(20)}
<h1>Hello {{ person.name | default: 'friend' }}</h1>
<p>From {{ person.state }}, {% if person.plan == 'pro' %}pro{% else %}free{% endif %}, {{ person.visits }} visits, {{ person.name | upcase }}</p>
<ul>{% for language in person.languages %}<li>{{ language }}</li>{% endfor %}</ul>
<a href="{{ unsubscribe.url }}">Unsubscribe</a>${'</td></tr></table>'.repeat(20)}</body></html>`
const plain = 'Hello {{ person.name }}: {{ unsubscribe.url }}'
const subject = 'Hello {{ person.name }}'

const people = (count: number): readonly Person[] =>
  Array.from({ length: count }, (_, i) => ({
    id: String(i),
    fields: {
      name: `Ann ${i}`,
      state: 'CA',
      plan: i % 2 ? 'pro' : 'free',
      visits: i,
      languages: ['en', 'de'],
    },
  }))

/** Measures messages by the person: subject, HTML and text. */
export async function measureMessages(count: number, rounds: number): Promise<readonly InProcessResult[]> {
  const population = people(count)
  const url = 'https://acme.example/unsubscribe/1'
  const message = await compileMessage({ from: 'news@acme.example', subject, html, text: plain }, schema)
  const strict = { strictVariables: true, strictFilters: true, lenientIf: true, ownPropertyOnly: true }
  const [escaping, bare] = [new Liquid({ ...strict, outputEscape: 'escape' }), new Liquid(strict)]
  const templates = [bare.parse(subject), bare.parse(plain)]
  const page = escaping.parse(html)

  const byLiquid = (person: Person): string[] => {
    const scope = { person: person.fields, unsubscribe: { url } }
    return [
      bare.renderSync(templates[0]!, scope),
      escaping.renderSync(page, scope),
      bare.renderSync(templates[1]!, scope),
    ] as string[]
  }
  const byMessage = (person: Person): string[] => {
    const said = message.render(person, { broadcast: 'spring', unsubscribeUrl: url, at: 0 })
    return 'missing' in said ? [] : [said.subject, said.html!, said.text!]
  }
  const letters = (say: (person: Person) => string[]) => async () =>
    population.reduce((sum, person) => sum + say(person).join('').length, 0)
  const names = ['liquidjs, a message', 'segmentry, a message'] as const
  const times = await measure(
    [
      { name: names[0], run: letters(byLiquid) },
      { name: names[1], run: letters(byMessage) },
    ],
    { rounds, patience: 20_000 },
  )
  const agreed = population.every((person) => byLiquid(person).join() === byMessage(person).join())
  const base = times.get(names[0])!.median
  return names.map((name) => {
    const { median } = times.get(name)!
    return { name, nanoseconds: (median / count) * 1e6, ratio: median / base, agreed }
  })
}
