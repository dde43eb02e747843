import { main } from './main.ts'
import { outputOf } from './output.ts'

// The rim: what belongs to the process stands here and in bin.ts.

const signals = { SIGINT: 130, SIGTERM: 143 } as const
type Signal = keyof typeof signals

/** Runs the call of this process, and ends it with the code that follows. */
export async function runProcess(): Promise<void> {
  quietNode()
  const interrupt = new AbortController()
  let interruptedBy: Signal | undefined
  for (const signal of Object.keys(signals) as Signal[]) {
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (interruptedBy !== undefined) process.exit(signals[signal])
      interruptedBy = signal
      interrupt.abort(new Error(`interrupted by ${signal}`))
    })
  }
  const output = outputOf(process.stdout, process.stderr)
  const unsettled = (): void => {
    output.tell(
      'segmentry: the configuration waits for what never comes\n' +
        '  A promise that it, or what it imports, awaits is not settled, and nothing runs any more.',
    )
    process.exit(2)
  }
  process.once('beforeExit', unsettled)
  const exit = await main(process.argv.slice(2), {
    output,
    folder: () => process.cwd(),
    signal: interrupt.signal,
  })
  process.off('beforeExit', unsettled)
  // What is still open, such as an idle connection or the configuration's own, is not waited for.
  process.exit(exit ?? signals[interruptedBy ?? 'SIGINT'])
}

/** Node's remarks on how a configuration is read are not for whoever calls this. */
function quietNode(): void {
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    const { code } = warning as { readonly code?: string }
    if (warning.name === 'ExperimentalWarning' || code === 'MODULE_TYPELESS_PACKAGE_JSON') return
    process.stderr.write(`${warning.name}: ${warning.message}\n`)
  })
}
