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

/** What a log keeps of a request: the route in place of the path, in which ids of people may stand. */
export interface Answered {
  readonly method: string
  /** Such as `/people/{person}/segments`; none for a path that there is not. */
  readonly route?: string
  /** 499 where the caller went before there was an answer. */
  readonly status: number
  /** The code of the error, when it was one. */
  readonly code?: string
  /** The place of the key among those of the service; none without a key that is known. */
  readonly key?: number
  readonly milliseconds: number
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
