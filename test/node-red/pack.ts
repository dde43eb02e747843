import { join } from 'node:path'
import { pack } from '../setup/pack.ts'

const folder = join(import.meta.dirname, '.packed')

/** Where the package lies as it will be published. */
export const packed = join(folder, 'package')

/** Packs the package of nodes, and unpacks it here. */
export default function setup(): void {
  pack('node-red-contrib-segmentry', folder)
}
