import { DBOS } from '@dbos-inc/dbos-sdk'

// A process of its own, so that it can die: `start` dies once the first split is recorded, `recover` goes on where that ended.

const [task, systemDatabaseUrl] = process.argv.slice(2)
const { journey } = await import('./.recipes/dbos.ts')
DBOS.setConfig({ name: 'segmentry', systemDatabaseUrl: systemDatabaseUrl!, logLevel: 'error' })
await DBOS.launch()

if (task === 'start') {
  await DBOS.startWorkflow(journey, { workflowID: 'ann' })('ann', 4_000)
  for (;;) {
    const steps = (await DBOS.listWorkflowSteps('ann')) ?? []
    if (steps.some(({ name }) => name === 'welcome')) process.kill(process.pid, 'SIGKILL')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const outcome = await DBOS.retrieveWorkflow('ann').getResult()
process.stdout.write(`${JSON.stringify(outcome)}\n`)
process.exit(0)
