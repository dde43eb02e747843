/** Text of others on one line: characters that move a cursor, forge a line or turn it round are written out. */
export const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, (character) =>
    character === '\n'
      ? String.raw`\n`
      : String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0'),
  )

/** A number as people read it. */
export const grouped = (count: number): string => count.toLocaleString('en-US')
