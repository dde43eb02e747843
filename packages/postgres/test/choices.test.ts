import { expect, test } from 'vitest'
import { choicesOf } from '../src/survey/choices.ts'

// Checks as pg_get_constraintdef prints them.

test.each([
  [`CHECK ((plan = ANY (ARRAY['free'::text, 'pro'::text])))`, ['free', 'pro']],
  [
    `CHECK (((plan)::text = ANY ((ARRAY['free'::character varying, 'pro'::character varying])::text[])))`,
    ['free', 'pro'],
  ],
  [
    `CHECK (((plan)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))`,
    ['a', 'b'],
  ],
  [`CHECK ((plan = 'free'::text))`, ['free']],
  [`CHECK (((plan = 'a'::text) OR (plan = 'b'::text)))`, ['a', 'b']],
  [
    `CHECK (("my plan" = ANY (ARRAY['it''s'::text, 'say "hi"'::text, E'back\\\\slash'::text])))`,
    ["it's", 'say "hi"', 'back\\slash'],
  ],
  [`CHECK ((code = ANY (ARRAY['a'::bpchar, 'a'::bpchar])))`, ['a']],
  [`CHECK ((plan <> ALL (ARRAY['free'::text, 'pro'::text])))`, undefined],
  [`CHECK ((length(plan) > 3))`, undefined],
  [`CHECK (((plan = 'a'::text) AND (plan = 'b'::text)))`, undefined],
  [`CHECK ((lower(plan) = ANY (ARRAY['free'::text])))`, undefined],
  [`CHECK ((plan ~ 'free|pro'::text))`, undefined],
  [`CHECK (((plan = ANY (ARRAY['a'::text])) OR (plan IS NULL)))`, undefined],
])('%s', (definition, values) => {
  expect(choicesOf(definition)).toEqual(values)
})
