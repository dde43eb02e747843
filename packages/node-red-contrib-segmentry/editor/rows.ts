import type { Branch, Words } from './branches.ts'

/** A segment as the service lists it. */
export interface SegmentInfo {
  readonly key: string
  readonly title: string
  readonly description?: string
}

/** A row of the list, with the name that its output has while the form is open. */
export interface Row {
  readonly output: string
  readonly branch: Branch
  select?: HTMLSelectElement
}

function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), properties)
  made.append(...children)
  return made
}

/** Fills the drop-down of a row: one that is not listed stays, and says so. */
export function offer(row: Row, segments: readonly SegmentInfo[] | undefined, words: Words): void {
  const { select, branch } = row
  if (select === undefined) return
  const options = (segments ?? []).map(({ key, title, description }) =>
    element('option', {
      value: key,
      textContent: title,
      ...(description !== undefined && { title: description }),
    }),
  )
  if (!segments?.some(({ key }) => key === branch.segment)) {
    const known = branch.segment !== '' && segments !== undefined
    const text = known ? words('label.unknown', { segment: branch.segment }) : branch.segment
    options.unshift(element('option', { value: branch.segment, textContent: text || words('label.choose') }))
  }
  select.replaceChildren(...options)
  select.value = branch.segment
}

/** Draws a row: by what, then the segment or the share, then a name for the output. */
export function drawRow(row: Row, words: Words, changed: () => void): HTMLElement {
  const { branch } = row
  const by = element('select', { className: 'segmentry-by' })
  for (const kind of ['segment', 'percent'] as const)
    by.append(element('option', { value: kind, textContent: words(`label.${kind}`) }))
  const select = element('select', { className: 'segmentry-segment' })
  const percent = element('input', {
    className: 'segmentry-percent',
    type: 'number',
    min: '0',
    max: '100',
    step: '0.01',
  })
  const share = element('span', { className: 'segmentry-share' }, percent, ' %')
  const title = element('input', {
    className: 'segmentry-title',
    type: 'text',
    placeholder: words('label.title'),
  })
  const output = element('span', { className: 'segmentry-output' })
  row.select = select

  by.value = branch.by
  percent.value = String(branch.percent)
  title.value = branch.title
  const read = (): void => {
    branch.by = by.value === 'percent' ? 'percent' : 'segment'
    branch.segment = select.value
    branch.percent = percent.value === '' ? '' : Number(percent.value)
    branch.title = title.value.trim()
    show()
    changed()
  }
  const show = (): void => {
    select.hidden = branch.by === 'percent'
    share.hidden = branch.by === 'segment'
  }
  for (const input of [by, select]) input.addEventListener('change', read)
  for (const input of [percent, title]) input.addEventListener('input', read)
  show()
  return element('div', { className: 'segmentry-branch' }, by, select, share, title, output)
}
