import { bin, lint, runRoom, tests } from '../setup/room.ts'
import { writeRecipes } from './recipes.ts'
import { installRedis } from './redis.ts'

// Installs the engines, and runs the recipes of the guides on them.

const here = import.meta.dirname

writeRecipes('docs/guides/durable.md', 'docs/guides/automation.md')
installRedis()
runRoom(here, [[bin('tsc'), '-p', here], lint(here, 'test/engines'), tests(here)])
