import type { Person } from '@segmentry/core'
import fc from 'fast-check'
import { convert } from 'html-to-text'
import { expect, test } from 'vitest'
import { MessageError } from '../../src/index.ts'
import { compile, context, rendered } from './shop.ts'

// What a template says, written a second time: a tree that is both printed as Liquid and answered here. What is not there has no
// answer, except where it is asked for.

type Field = 'name' | 'state' | 'plan'
const names = ['name', 'state', 'plan'] as const

type Asked =
  | { readonly is: 'there' | 'blank' | 'not blank'; readonly field: Field }
  | { readonly is: 'equal'; readonly field: Field; readonly to: string }
  | { readonly is: 'and' | 'or'; readonly of: readonly [Asked, Asked] }
  | { readonly is: 'not'; readonly field: Field }

type Said =
  | { readonly say: 'text'; readonly text: string }
  | { readonly say: 'field'; readonly field: Field; readonly or?: string }
  | { readonly say: 'assigned'; readonly field: Field; readonly or?: string }
  | {
      readonly say: 'if' | 'unless'
      readonly when: Asked
      readonly yes: readonly Said[]
      readonly no: readonly Said[]
    }
  | {
      readonly say: 'case'
      readonly field: Field
      readonly of: string
      readonly yes: readonly Said[]
      readonly no: readonly Said[]
    }

class Lacks extends Error {}
type Has = Partial<Record<Field, string>>

const need = (has: Has, field: Field): string => {
  const found = has[field]
  if (found === undefined || found.trim() === '') throw new Lacks(field)
  return found
}
const isThere = (has: Has, field: Field): boolean => (has[field] ?? '').trim() !== ''

function isSo(asked: Asked, has: Has): boolean {
  switch (asked.is) {
    case 'there':
    case 'not blank':
      return isThere(has, asked.field)
    case 'blank':
    case 'not':
      return !isThere(has, asked.field)
    case 'equal':
      return need(has, asked.field) === asked.to
    case 'and':
      return isSo(asked.of[0], has) && isSo(asked.of[1], has)
    case 'or':
      return isSo(asked.of[0], has) || isSo(asked.of[1], has)
  }
}

const answer = (said: readonly Said[], has: Has): string =>
  said
    .map((one) => {
      switch (one.say) {
        case 'text':
          return one.text
        case 'field':
        case 'assigned':
          return one.or !== undefined && !isThere(has, one.field) ? one.or : need(has, one.field)
        case 'if':
        case 'unless':
          return answer(isSo(one.when, has) === (one.say === 'if') ? one.yes : one.no, has)
        case 'case':
          return answer(need(has, one.field) === one.of ? one.yes : one.no, has)
      }
    })
    .join('')

const asks = (asked: Asked): string => {
  const name = 'field' in asked ? `person.${asked.field}` : ''
  switch (asked.is) {
    case 'there':
      return name
    case 'blank':
      return `${name} == blank`
    case 'not blank':
      return `${name} != blank`
    case 'not':
      return `not ${name}`
    case 'equal':
      return `${name} == '${asked.to}'`
    case 'and':
    case 'or':
      return asked.of.map(asks).join(` ${asked.is} `)
  }
}

const print = (said: readonly Said[]): string =>
  said
    .map((one) => {
      switch (one.say) {
        case 'text':
          return one.text
        case 'field':
          return `{{ person.${one.field}${one.or === undefined ? '' : ` | default: '${one.or}'`} }}`
        case 'assigned':
          return `{% assign it = person.${one.field}${one.or === undefined ? '' : ` | default: '${one.or}'`} %}{{ it }}`
        case 'if':
        case 'unless':
          return `{% ${one.say} ${asks(one.when)} %}${print(one.yes)}{% else %}${print(one.no)}{% end${one.say} %}`
        case 'case':
          return `{% case person.${one.field} %}{% when '${one.of}' %}${print(one.yes)}{% else %}${print(one.no)}{% endcase %}`
      }
    })
    .join('')

const field = fc.constantFrom(...names)
const word = fc.constantFrom('pro', 'free', 'CA', 'x')
const leaf: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({ is: fc.constantFrom('there', 'blank', 'not blank', 'not' as const), field }),
  fc.record({ is: fc.constant('equal' as const), field, to: word }),
) as fc.Arbitrary<Asked>
// One operator a condition: Liquid's own order of several is not ours to say twice.
const asked: fc.Arbitrary<Asked> = fc.oneof(
  leaf,
  fc.record({ is: fc.constantFrom('and' as const, 'or' as const), of: fc.tuple(leaf, leaf) }),
)
const { message: template } = fc.letrec<{ one: Said; message: readonly Said[] }>((tie) => ({
  one: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ say: fc.constant('text' as const), text: fc.constantFrom('a', 'b ', '<b>') }),
    fc.record(
      { say: fc.constantFrom('field' as const, 'assigned' as const), field, or: word },
      { requiredKeys: ['say', 'field'] },
    ),
    fc.record({
      say: fc.constantFrom('if' as const, 'unless' as const),
      when: asked,
      yes: tie('message'),
      no: tie('message'),
    }),
    fc.record({
      say: fc.constant('case' as const),
      field,
      of: word,
      yes: tie('message'),
      no: tie('message'),
    }),
  ) as fc.Arbitrary<Said>,
  message: fc.array(tie('one'), { maxLength: 4 }),
}))
const people = fc.array(
  fc.record(
    { name: fc.constantFrom('Ann', ' ', ''), state: word, plan: fc.constantFrom('pro', 'free') },
    { requiredKeys: [] },
  ),
  { minLength: 1, maxLength: 5 },
)

test('a message says what its template means, or names a field that the person lacks and the message needs', async () => {
  let [said, lacked] = [0, 0]
  await fc.assert(
    fc.asyncProperty(template, people, async (tree, everybody) => {
      const message = await compile({ text: `.${print(tree)}` })
      for (const has of everybody) {
        const person: Person = { id: 'x', fields: has }
        const found = message.render(person, context)
        let expected: string | undefined
        try {
          expected = `.${answer(tree, has)}`
        } catch (error) {
          if (!(error instanceof Lacks)) throw error
        }
        if ('missing' in found) {
          lacked += 1
          expect(expected).toBeUndefined()
          expect(found.missing.length).toBeGreaterThan(0)
          for (const name of found.missing) {
            expect(message.needs).toContain(name)
            expect(isThere(has, name as Field)).toBe(false)
          }
        } else {
          said += 1
          expect(found.text).toBe(expected)
        }
        // Who has all that is needed is always written to.
        if (message.needs.every((name) => isThere(has, name as Field))) expect(found).toHaveProperty('text')
      }
    }),
    { numRuns: 400 },
  )
  expect(Math.min(said, lacked)).toBeGreaterThan(100)
})

test('what a person is called is text in HTML, whatever it is', async () => {
  const source =
    '<p title="{{ person.name }}" lang=\'{{ person.name }}\'>[{{ person.name }}]</p><pre>{{ person.name | append: person.name }}</pre>'
  const message = await compile({
    html: `${source}{% capture x %}<i>{{ person.name }}</i>{% endcapture %}{{ x }}`,
    text: '{{ person.name }}',
  })
  const entities = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" } as const
  const read = (html: string): string =>
    html.replaceAll(/&([^;]*);/g, (_, name: string) => entities[name as keyof typeof entities])
  const letters = fc.string({
    unit: fc.constantFrom(...'<>&"\'{}%/=;# abc\u00E9\u{1F600}', '&lt;', '</p>', '{{ x }}', '$&'),
    minLength: 1,
  })
  fc.assert(
    fc.property(letters, (name) => {
      fc.pre(name.trim() !== '')
      const { html, text } = rendered(message, { id: 'x', fields: { name } })
      const [, title, lang, body, twice, inner] =
        /^<p title="([^"<>]*)" lang='([^'<>]*)'>\[([^<>]*)\]<\/p><pre>([^<>]*)<\/pre><i>([^<>]*)<\/i>$/u.exec(
          html!,
        ) ?? []
      for (const part of [title, lang, body, inner]) expect(read(part!)).toBe(name)
      expect(read(twice!)).toBe(name + name)
      expect(text).toBe(name)
      // A parser of HTML reads it so, too.
      const parsed = convert(html!, {
        selectors: [
          { selector: 'p', format: 'skip' },
          { selector: 'i', format: 'skip' },
        ],
        wordwrap: false,
      })
      expect(parsed.trim()).toBe((name + name).trim())
    }),
    { numRuns: 500 },
  )
})

test('whatever a template is made of, it is a message or a MessageError', async () => {
  const words =
    "{{ }} {% %} person . name orders first [ ] 0 | default : 'a' if endif for x in endfor " +
    'else case when endcase assign = == and not blank nil (1..3) capture endcapture liquid ' +
    '- raw endraw cycle echo unless endunless break date map size <p> </p> , comment'
  const pieces = fc.constantFrom('\n', ...words.split(' '))
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 14 }), fc.boolean(), async (some, spaced) => {
      const source = `.${some.join(spaced ? ' ' : '')}`
      const made = await compile(spaced ? { text: source } : { html: source }).catch(
        (error: unknown) => error,
      )
      if (made instanceof MessageError) {
        for (const issue of made.issues)
          expect(issue.message).not.toMatch(/undefined|is not a function|Cannot read/)
        return
      }
      const message = made as Awaited<ReturnType<typeof compile>>
      expect(message).toHaveProperty('render')
      for (const fields of [{}, { name: 'Ann', orders: [{ sku: 'A' }] }, { orders: [] }]) {
        try {
          message.render({ id: 'x', fields }, context)
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError)
        }
      }
    }),
    { numRuns: 1500 },
  )
})
