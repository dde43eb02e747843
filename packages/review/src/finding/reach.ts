/** All that can be reached from each key. */
export function reached(
  edges: Readonly<Record<string, readonly string[]>>,
): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    Object.keys(edges).map((key) => {
      // A set grows while it is walked.
      const all = new Set(edges[key])
      for (const one of all) for (const next of edges[one] ?? []) all.add(next)
      return [key, all]
    }),
  )
}
