import {
  AssignTag,
  CaptureTag,
  CaseTag,
  type Context,
  Drop,
  type Emitter,
  evalToken,
  IfTag,
  type TagToken,
  UnlessTag,
  type Value,
} from 'liquidjs'
import { holds } from './condition.ts'

// Liquid's own tags take what is not there for nothing: `assign` keeps it and `case` goes on to `else`. Here both are errors, as
// the template would go on to say nothing, or what was meant for others.

/** Text that is markup already: what was captured, which has been escaped as it was written. */
export class Markup extends Drop {
  readonly #text: string
  constructor(text: string) {
    super()
    this.#text = text
  }
  override valueOf(): string {
    return this.#text
  }
  override toString(): string {
    return this.#text
  }
}

type Rendering = Generator<unknown, void, unknown>

export class StrictIf extends IfTag {
  override *render(context: Context, emitter: Emitter): Generator<unknown, void, string> {
    for (const { value, templates } of this.branches) {
      // The renderer answers what is yielded, whatever its type.
      if (!((yield holds(value, context)) as unknown as boolean)) continue
      yield this.liquid.renderer.renderTemplates(templates, context, emitter)
      return
    }
    yield this.liquid.renderer.renderTemplates(this.elseTemplates ?? [], context, emitter)
  }
}

export class StrictUnless extends UnlessTag {
  override *render(context: Context, emitter: Emitter): Rendering {
    for (const [i, { value, templates }] of this.branches.entries()) {
      if ((yield* holds(value, context)) === (i === 0)) continue
      yield this.liquid.renderer.renderTemplates(templates, context, emitter)
      return
    }
    yield this.liquid.renderer.renderTemplates(this.elseTemplates, context, emitter)
  }
}

export class StrictCase extends CaseTag {
  override *render(context: Context, emitter: Emitter): Rendering {
    yield this.value.value(context, false)
    for (const token of this.branches.flatMap(({ values }) => values)) yield evalToken(token, context, false)
    yield* super.render(context, emitter)
  }
}

export class StrictAssign extends AssignTag {
  override *render(context: Context): Rendering {
    const [value] = this.arguments() as Iterable<Value>
    const [name] = this.localScope() as Iterable<{ readonly content: string } & TagToken>
    const found: unknown = yield value!.value(context, false)
    ;(context.bottom() as Record<string, unknown>)[name!.content] = found
  }
}

export class MarkupCapture extends CaptureTag {
  override *render(context: Context): Generator<unknown, void, string> {
    const text = yield this.liquid.renderer.renderTemplates(this.templates, context)
    ;(context.bottom() as Record<string, unknown>)[this.variable] = new Markup(text)
  }
}
