import { bin, lint, runRoom, tests } from '../setup/room.ts'
import { installChromium } from './chromium.ts'

// Installs Node-RED and a browser, and tries the package of nodes in both.

const here = import.meta.dirname

installChromium()
runRoom(here, [[bin('tsc'), '-p', here], lint(here, 'test/node-red'), tests(here)])
