import type { Finding } from './finding.ts'

/** A place in a definition: `rule.of.1`. */
export const placeText = (path: Finding['path']): string => path.join('.')

/**
 * Findings as text for a terminal: a line for each, and below it what could stand there.
 *
 * @example
 * ```ts
 * const nobody = segment().group((g) => g.field('plan', 'free').field('plan', 'pro'))
 * findingsText(findings({ nobody }, schema))
 * // => "error never/segment: No one can ever be in 'nobody': these contradict each other: plan is 'free', and plan is 'pro'\n  nobody at rule"
 * ```
 */
export const findingsText = (findings: readonly Finding[]): string =>
  findings
    .flatMap(({ code, severity, on, key, path, message, fix, remedy }) => [
      `${severity} ${code}: ${message}`,
      `  ${on === 'segment' || on === 'split' ? '' : `${on} `}${key}${path.length === 0 ? '' : ` at ${placeText(path)}`}`,
      ...(fix === undefined
        ? []
        : ['  the same members:', ...fix.code.split('\n').map((line) => `    ${line}`)]),
      ...(remedy === undefined ? [] : remedy.split('\n').map((line) => `  ${line}`)),
    ])
    .join('\n')
