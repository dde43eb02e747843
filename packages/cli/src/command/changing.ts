import { author, at, commit, expects, json, revision, segment } from './shared.ts'
import type { CommandSpec } from './spec.ts'

/** The commands about changes of segments. */
export const changing = {
  plan: {
    about: 'What a change of the segments does: who enters, who leaves, and what that sets off',
    more: [
      'The base is where the work began: the commit that this branch and --base have in common, so that what others did since is no change.',
      'Ends with 1 when a change does what --fail-if names: enters, leaves, moves or after, more than (>) or at least (>=) a number or a share',
      "of those who were in the segment; several are parted by commas, such as 'leaves > 5%, enters > 1000'.",
    ],
    places: [],
    flags: {
      base: {
        kind: 'text',
        value: 'base',
        about:
          "A branch, tag or commit of git, 'applied', a file or URL with definitions, or a configuration; main unless told",
      },
      'fail-if': { kind: 'text', value: 'policy', about: 'End with 1 when a change is more than that' },
      format: {
        kind: 'choice',
        among: ['text', 'markdown', 'html', 'json'],
        about: 'For a terminal, a pull request, a browser or a program; text unless told',
      },
      comment: {
        kind: 'switch',
        about: 'Put it on the pull or merge request of this run too, in place of the one before',
      },
      budget: {
        kind: 'text',
        value: 'duration',
        about: 'How long counting may take before it is estimated; 2 minutes unless told',
      },
      samples: {
        kind: 'whole',
        value: 'number',
        most: 100,
        about: 'How many of those who move are shown each way; 3 unless told',
      },
      at,
    },
  },
  apply: {
    about: 'Make the segments of the configuration the ones that hold, as a revision',
    more: [
      'Without --yes it says what would change, and how to go on; it then ends with 1 if anything would.',
      'A segment that a segment, split, flow or broadcast of the configuration uses is not removed.',
    ],
    places: [],
    flags: {
      yes: { kind: 'switch', about: 'Do it' },
      author,
      commit,
      reason: { kind: 'text', value: 'text', about: 'Why, for those who look' },
      expects,
      json,
    },
  },
  history: {
    about: 'The revisions, the last one first; those that changed one segment if it is named',
    places: [{ ...segment, optional: true }],
    flags: { limit: { kind: 'whole', value: 'number', about: 'How many at most; all unless told' }, json },
  },
  at: {
    about: 'The segments as they were defined at a time; one of them if it is named',
    more: ['Fields of people have no history: who was in a segment then is not known.'],
    places: [{ name: 'time' }, { ...segment, optional: true }],
    flags: { json },
  },
  diff: {
    about: 'What differs between two revisions; between one and the last unless told',
    places: [revision, { ...revision, optional: true }],
    flags: { json },
  },
  rollback: {
    about: 'Make the segments of an earlier revision the ones that hold, as a new revision',
    more: ['Nothing is done where some of them do not suit the schema any more.'],
    places: [revision],
    flags: {
      author,
      commit,
      reason: { kind: 'text', value: 'text', about: 'Why, for those who look; it has to be said' },
      expects,
      json,
    },
  },
} as const satisfies Readonly<Record<string, CommandSpec>>
