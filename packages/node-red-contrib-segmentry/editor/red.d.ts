// Node-RED's editor and its jQuery, as far as these forms use them.

/** Elements, as jQuery wraps them. */
interface Wrapped {
  readonly length: number
  [index: number]: HTMLElement
  val(): string
  val(value: string): Wrapped
  on(event: string, listener: () => void): Wrapped
  height(): number
  outerHeight(withMargin: boolean): number
  typedInput(settings: { types: string[]; default: string }): Wrapped
  typedInput(method: 'width', width: string): Wrapped
  editableList(settings: EditableListSettings): Wrapped
  editableList(method: 'addItem', data: object): void
  editableList(method: 'items'): { get(): HTMLElement[] }
  editableList(method: 'height', height: number): void
  data(name: string): unknown
}

interface EditableListSettings {
  addButton: string
  sortable: boolean
  removable: boolean
  addItem(container: Wrapped, index: number, data: object): void
  removeItem(data: object): void
  sortItems(): void
}

interface AjaxAnswer {
  done(listener: (answer: unknown) => void): AjaxAnswer
  fail(listener: (answer: { readonly responseJSON?: { readonly message?: string } }) => void): AjaxAnswer
}

declare const $: ((found: string | Element) => Wrapped) & {
  ajax(settings: { url: string; method: string; contentType: string; data: string }): AjaxAnswer
}

/** A node as the editor has it. */
interface EditorNode {
  readonly id: string
  readonly changed?: boolean
  readonly _: (key: string, values?: Readonly<Record<string, unknown>>) => string
  readonly [property: string]: unknown
}

declare const RED: {
  readonly nodes: {
    registerType(type: string, definition: object): void
    node(id: string): EditorNode | null | undefined
  }
  readonly utils: { validatePropertyExpression(expression: string): boolean | string }
  readonly _: (key: string, values?: Readonly<Record<string, unknown>>) => string
}
