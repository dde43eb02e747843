import { globSync } from 'node:fs'
import { registerHooks, stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { type Fault, root, seeded, sourceOf } from './fault.ts'

// Each fault has modules of its own, told apart by a query that their imports inherit; everything the fault does not
// reach is loaded once and shared. No file changes.

/** How a relative import or export begins to say from where. */
const relative = /\bfrom '(\.[^']+)'|^import '(\.[^']+)'/gm

const hrefOf = (file: string): string => new URL(file, root).href

/** How another package of the workspace is imported. */
const ofPackage = /\bfrom '@segmentry\/([a-z-]+)'/gm

/** The modules of some folders by which other modules they import. */
function importsOf(folder: string): ReadonlyMap<string, readonly string[]> {
  const files = globSync(`${folder}/**/*.ts`, { cwd: fileURLToPath(root) })
  return new Map(
    files.map((file) => {
      const source = sourceOf(file)
      const found = [...source.matchAll(relative)].map(([, from, alone]) => from ?? alone!)
      const packages = [...source.matchAll(ofPackage)].map(([, name]) =>
        hrefOf(`packages/${name}/src/index.ts`),
      )
      return [hrefOf(file), [...found.map((specifier) => new URL(specifier, hrefOf(file)).href), ...packages]]
    }),
  )
}

/** The faulty module and all that import it, however far away. */
function reached(faulty: string, imports: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set([faulty])
  for (let before = 0; before < found.size;) {
    before = found.size
    for (const [module, from] of imports) if (from.some((one) => found.has(one))) found.add(module)
  }
  return found
}

/** Loads a module with a fault in it, or in what it imports; without one, the module as it is. */
export type Load = <T>(file: string, fault?: Fault) => Promise<T>

/** Prepares to load the modules of some folders, a pattern, with these faults; throws for one whose text is not there. */
export function loader(folder: string, faults: readonly Fault[]): Load {
  const imports = importsOf(folder)
  const plans = new Map(
    faults.map((fault, i) => [
      `?fault=${i}`,
      {
        fault,
        faulty: hrefOf(fault.file),
        source: seeded(fault, sourceOf(fault.file)),
        reached: reached(hrefOf(fault.file), imports),
      },
    ]),
  )
  const queries = new Map([...plans].map(([query, { fault }]) => [fault, query]))
  const stripped = new Map<string, string>()
  const plain = (url: string): string => {
    const known = stripped.get(url) ?? stripTypeScriptTypes(sourceOf(fileURLToPath(url)))
    stripped.set(url, known)
    return known
  }
  registerHooks({
    resolve(specifier, context, next) {
      const found = next(specifier, context)
      const query = context.parentURL?.match(/\?fault=\d+$/)?.[0]
      const isReached = query !== undefined && plans.get(query)!.reached.has(found.url)
      return isReached ? { ...found, url: `${found.url}${query}` } : found
    },
    load(url, context, next) {
      const [href, number] = url.split('?fault=')
      if (number === undefined) return next(url, context)
      const { faulty, source } = plans.get(`?fault=${number}`)!
      const code = href === faulty ? stripTypeScriptTypes(source) : plain(href!)
      return { format: 'module', source: code, shortCircuit: true }
    },
  })
  return <T>(file: string, fault?: Fault) => {
    const query = fault && queries.get(fault)!
    const isReached = query !== undefined && plans.get(query)!.reached.has(hrefOf(file))
    return import(`${hrefOf(file)}${isReached ? query : ''}`) as Promise<T>
  }
}
