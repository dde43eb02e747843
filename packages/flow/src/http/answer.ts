/** A request, wherever it came from. */
export interface Ask {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly header: (name: string) => string | null | undefined
  /** The pieces of the body. */
  readonly body: () => AsyncIterable<Uint8Array>
  /** Aborts when the caller is gone. */
  readonly signal: AbortSignal
}

/** An answer, wherever it goes. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** An answer in JSON. */
export const jsonAnswer = (status: number, body: unknown, headers: Answer['headers'] = {}): Answer => ({
  status,
  headers: {
    'content-type': status >= 400 ? 'application/problem+json' : 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  },
  body: JSON.stringify(body),
})
