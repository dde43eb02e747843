import { type Branch, type Division, hasOwnOutput, outputNames, problemsOf, type Words } from './branches.ts'
import { portMap } from './ports.ts'
import { drawRow, offer, type Row, type SegmentInfo } from './rows.ts'

const newBranch = (): Branch => ({ by: 'segment', segment: '', percent: 50, title: '' })

/** The words of this page; a node has them as `_`, and validators have no node. */
const pageWords: Words = (key, values) => RED._(`node-red-contrib-segmentry/segmentry-split:${key}`, values)

const input = (name: string): Wrapped => $(`#node-input-${name}`)
const byId = (id: string): HTMLElement => document.getElementById(id)!

/** The rows of the form that is open, in their order. */
const rowsOf = (): Row[] =>
  $('#segmentry-branches')
    .editableList('items')
    .get()
    .map((item) => $(item).data('data') as Row)

/** What the form that is open says. */
const divisionOf = (): Division => ({
  branches: rowsOf().map(({ branch }) => branch),
  otherwise: input('otherwise').val(),
  missing: input('missing').val(),
  missingBranch: input('missingBranch').val(),
  salt: input('salt').val(),
})

/** What outputs are called while the form is open: rows keep their names wherever they go. */
const outputsOf = (rows: readonly Row[], division: Division): string[] => [
  ...rows.map(({ output }) => output),
  'otherwise',
  ...(hasOwnOutput(division) ? ['missing'] : []),
]

function openForm(node: EditorNode): void {
  const before = node as unknown as Division
  let made = 0
  let segments: readonly SegmentInfo[] | undefined
  let whatIsWrong = ''
  const savedRows = before.branches.map((branch, i): Row => ({ output: `saved ${i}`, branch: { ...branch } }))
  const savedOutputs = outputsOf(savedRows, before)

  const show = (): void => {
    const rows = rowsOf()
    const division = divisionOf()
    input('outputs').val(JSON.stringify(portMap(savedOutputs, outputsOf(rows, division))))
    const place = (output: number): string => `→ ${output}`
    for (const [i, row] of rows.entries()) {
      const shown = row.select?.parentElement?.querySelector('.segmentry-output')
      if (shown) shown.textContent = place(i + 1)
    }
    byId('segmentry-otherwise-output').textContent = place(rows.length + 1)
    byId('segmentry-explain-row').hidden = input('decision').val() === ''
    byId('segmentry-missing-row').hidden = division.missing !== 'branch'
    byId('segmentry-missing-output').textContent = place(
      outputNames(division).indexOf(division.missingBranch) + 1,
    )
    const problems = [...(whatIsWrong ? [whatIsWrong] : []), ...problemsOf(division, pageWords)]
    byId('segmentry-problems').textContent = problems.join('\n')
    byId('segmentry-problems').hidden = problems.length === 0
  }

  const load = (): void => {
    const service = RED.nodes.node(input('service').val())
    segments = undefined
    whatIsWrong = ''
    const told = (): void => {
      for (const row of rowsOf()) offer(row, segments, pageWords)
      show()
    }
    told()
    if (!service) return
    askSegments(service)
      .done((answer) => {
        segments = (answer as { readonly segments: readonly SegmentInfo[] }).segments
        told()
      })
      .fail(({ responseJSON }) => {
        whatIsWrong = pageWords('problem.noSegments', { reason: responseJSON?.message ?? '' })
        told()
      })
  }

  input('property')
    .typedInput({ types: ['msg'], default: 'msg' })
    .typedInput('width', 'calc(100% - 170px)')
  $('#segmentry-branches').editableList({
    addButton: pageWords('label.add'),
    sortable: true,
    removable: true,
    addItem: (container, _, data) => {
      const row = data as Row
      // What "add" makes has no branch yet.
      if (row.branch === undefined) Object.assign(row, { output: `made ${(made += 1)}`, branch: newBranch() })
      container[0]!.append(drawRow(row, pageWords, show))
      offer(row, segments, pageWords)
      show()
    },
    removeItem: show,
    sortItems: show,
  })
  for (const row of savedRows) $('#segmentry-branches').editableList('addItem', row)
  for (const name of ['otherwise', 'missing', 'missingBranch', 'salt', 'decision'])
    input(name).on('input change', show)
  input('service').on('change', load)
  load()
}

/** A service that is not deployed as it is here is asked as it is here. */
function askSegments(service: EditorNode): AjaxAnswer {
  const { url, timeout, credentials } = service as EditorNode & {
    readonly credentials?: { readonly key?: string }
  }
  const form = { url, timeout, key: credentials?.key }
  return $.ajax({
    url: 'segmentry-service/segments',
    method: 'POST',
    contentType: 'application/json',
    data: JSON.stringify({ id: service.id, ...(service.changed === true && { form }) }),
  })
}

RED.nodes.registerType('segmentry-split', {
  category: 'function',
  color: '#8FB8A8',
  icon: 'segmentry.svg',
  inputs: 1,
  outputs: 2,
  defaults: {
    name: { value: '' },
    service: { value: '', type: 'segmentry-service', required: true },
    property: {
      value: 'payload.id',
      required: true,
      validate: (property: string): boolean => RED.utils.validatePropertyExpression(property) === true,
    },
    branches: {
      value: [newBranch()],
      // Only one that takes two is asked for reasons.
      validate(this: Division, _branches: unknown, asked?: object): boolean | string[] {
        const problems = problemsOf(this, pageWords)
        return problems.length === 0 || (asked !== undefined && problems)
      },
    },
    otherwise: { value: 'Everyone else' },
    missing: { value: 'otherwise' },
    missingBranch: { value: 'Not found' },
    salt: { value: '' },
    decision: { value: '' },
    explain: { value: 'all' },
    at: { value: '' },
    wait: { value: 5, validate: (wait: unknown): boolean => Number(wait) >= 0 },
    most: { value: 1000, validate: (most: unknown): boolean => Number(most) >= 1 },
    outputs: { value: 2 },
  },
  paletteLabel: 'split by segment',
  label(this: EditorNode): unknown {
    return this['name'] || 'split by segment'
  },
  labelStyle(this: EditorNode): string {
    return this['name'] ? 'node_label_italic' : ''
  },
  outputLabels(this: Division, output: number): string | undefined {
    return outputNames(this)[output]
  },
  oneditprepare(this: EditorNode): void {
    openForm(this)
  },
  oneditsave(this: { branches: Branch[] }): void {
    this.branches = rowsOf().map(({ branch }) => branch)
  },
  oneditresize(size: { readonly height: number }): void {
    const rows = [...document.querySelectorAll('#dialog-form > div:not(.segmentry-list-row)')]
    const used = rows.reduce((height, row) => height + $(row).outerHeight(true), 0)
    $('#segmentry-branches').editableList('height', Math.max(200, size.height - used - 16))
  },
})
