declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
  /** What the scanner looks at in the sources of a package. */
  export const SOURCE_FILE_PATTERNS: readonly string[]
  /** Looks at the files of a folder. */
  export function analyzePackage(
    folder: string,
    patterns?: readonly string[],
  ): Promise<{ readonly passed: boolean; readonly message?: string; readonly details?: string }>
}
