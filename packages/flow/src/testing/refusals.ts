import assert from 'node:assert/strict'
import { byState, type Cases, refusal, refused } from './case.ts'

/** What is refused, and how. */
export const refusals: Cases = {
  'a segment that there is not is an error that no engine retries': async ({ flow }) => {
    const branches = [...byState.branches, { key: 'x', when: 'wset' }]
    const message = await refused(
      () => flow.split({ ...byState, branches, subjects: ['ann'] }),
      'unknown-segment',
      false,
    )
    assert.match(message, /unknown segment 'wset' - did you mean 'west'\?/)
    assert.match(message, /branches\.2\.when/)
    await refused(
      () => flow.split({ ...byState, branches: [{ key: 'x', when: 'toString' }], subjects: [] }),
      'unknown-segment',
      false,
    )
  },

  'what cannot be meant is refused, all of it at once': async ({ flow }) => {
    const wrong = {
      branches: [
        { key: 'a', percnt: 5 },
        { key: 'b', when: 'vip', percent: 1 },
        { key: '', when: 'vip' },
      ],
      otherwise: 'else',
      missing: 'fail',
      at: 'yesterday',
      timeout: '5 fortnights',
      subjects: ['ann', 42],
    }
    const message = await refused(() => flow.split(wrong as never), 'bad-request', false)
    for (const place of [
      'branches.0',
      'branches.1',
      'branches.2.key',
      'missing',
      'at',
      'timeout',
      'subjects.1',
    ]) {
      assert.match(message, new RegExp(`at ${place.replaceAll('.', '\\.')}(\\.|\n|$)`), message)
    }
    assert.match(message, /unknown key 'percnt' - did you mean 'percent'\?/)
  },

  'plans that no flow could follow are refused': async ({ flow }) => {
    const vip = { key: 'vip', when: 'vip' }
    const plans: readonly (readonly [object, RegExp])[] = [
      [{ branches: [] }, /no branches/],
      [{ branches: [vip, vip] }, /'vip' twice/],
      [{ branches: [{ key: 'else', when: 'vip' }] }, /'else' twice/],
      [
        {
          branches: [
            { key: 'a', percent: 60 },
            { key: 'b', percent: 40.01 },
          ],
          salt: 's',
        },
        /100\.01 %/,
      ],
      [{ branches: [{ key: 'a', percent: 60 }] }, /no salt/],
      [{ branches: [{ key: 'a', percent: 1 / 3 }], salt: 's' }, /to the hundredth/],
    ]
    for (const [plan, expected] of plans) {
      const call = () => flow.split({ otherwise: 'else', subjects: ['ann'], ...plan } as never)
      assert.match(await refused(call, 'bad-request', false), expected)
    }
  },

  'an aborted request rejects with the reason': async ({ flow }) => {
    const signal = AbortSignal.abort(new Error('not wanted any more'))
    const error = await refusal(() => flow.split({ ...byState, subjects: ['ann'] }, { signal }))
    assert.equal(error['message'], 'not wanted any more')
  },
}
