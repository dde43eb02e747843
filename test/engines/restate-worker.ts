import { serve } from '@restatedev/restate-sdk'

// A process of its own, so that it can be killed while the workflow sleeps.

const { journey } = await import('./.recipes/restate.ts')
await serve({ services: [journey], port: Number(process.argv[2]) })
process.send!('serving')
