/**
 * What became of outputs, as Node-RED reads it when a form is saved, so that wires go where their branch went: the new place of
 * each old one, or −1 when it is gone, and the places of those that are new, under names that are no numbers.
 *
 * Outputs are told apart by what they are called here: `before` and `after` list the same names for the same branches.
 */
export function portMap(before: readonly string[], after: readonly string[]): Record<string, number> {
  const map: Record<string, number> = {}
  for (const [i, output] of before.entries()) map[i] = after.indexOf(output)
  for (const [i, output] of after.entries()) if (!before.includes(output)) map[`new ${i}`] = i
  return map
}
