/** Answers a request: what Bun, Deno, edge workers and most frameworks take; {@link nodeListener} makes it one for `node:http`. */
export type Handler = (request: Request) => Promise<Response>

/** A body that is larger than it may be. */
export class TooLarge extends Error {}

/** The bytes of a body of at most so many; no more of it than that is held. Throws {@link TooLarge}. */
export async function bodyOf(request: Request, most: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get('content-length') ?? 0) > most) throw new TooLarge()
  const pieces: Uint8Array[] = []
  let size = 0
  if (request.body) {
    for await (const piece of request.body as unknown as AsyncIterable<Uint8Array>) {
      size += piece.byteLength
      if (size > most) throw new TooLarge()
      pieces.push(piece)
    }
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.byteLength
  }
  return whole
}

/** What every answer says: it is for this person and this moment. */
export const guarded: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex',
}

/** An error as the JSON of RFC 9457. */
export const problem = (
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Response =>
  new Response(JSON.stringify({ type: 'about:blank', title, status, detail }), {
    status,
    headers: { ...guarded, 'content-type': 'application/problem+json', ...headers },
  })
