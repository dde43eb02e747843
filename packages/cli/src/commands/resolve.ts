import { exits, usage } from '../failure.ts'
import { grouped } from '../view/text.ts'
import { nextCall, ofSent, openedLedger } from './broadcasting.ts'
import { project } from './context.ts'
import type { Run } from './run.ts'

export const run: Run<'resolve'> = async (call, context) => {
  const { output } = context
  const { as: choice, json, config } = call.flags
  const [key = '', ...people] = call.places
  if (choice === undefined) {
    throw usage(
      'resolve needs --as, as nobody else knows what became of them',
      'Write --as sent where they were delivered, or --as resend where they were not: who has it already has it twice then.',
    )
  }
  const loaded = await project(call, context)
  await using ledger = await openedLedger(loaded, context)
  const { broadcasts } = ledger
  const resolved = await ofSent(loaded, broadcasts, key, async () => {
    await broadcasts.progress(key)
    return broadcasts.resolveUnknown(key, choice, people.length === 0 ? undefined : people)
  })
  if (json === true) await output.printJson({ broadcast: key, as: choice, resolved })
  else {
    const what = `${grouped(resolved)} of which nothing was known`
    if (resolved === 0) await output.print('There is none of which nothing is known')
    else if (choice === 'sent') await output.print(`${what}: told as sent`)
    else await output.print(`${what}: to be sent again, by ${nextCall(config, 'send', key)}`)
  }
  return exits.ok
}
