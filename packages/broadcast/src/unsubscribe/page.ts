import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { toBase64 } from '../token/token.ts'
import { guarded } from '../web/handler.ts'

/** What the page says; in English unless told. */
export interface UnsubscribeTexts {
  /** The language, such as `en`. */
  readonly lang: string
  readonly title: string
  readonly question: string
  readonly unsubscribe: string
  readonly done: string
  readonly already: string
  /** Said where the person is not known any more. */
  readonly unknown: string
  readonly resubscribe: string
  readonly back: string
  readonly wrongLink: string
  readonly wrongForm: string
  readonly failed: string
}

export const english: UnsubscribeTexts = {
  lang: 'en',
  title: 'Unsubscribe',
  question: 'Do you want to stop receiving these e-mails?',
  unsubscribe: 'Unsubscribe',
  done: 'You are unsubscribed. You will not receive these e-mails any more.',
  already: 'You are already unsubscribed. You do not receive these e-mails.',
  unknown: 'We do not know this address any more. You will not receive these e-mails.',
  resubscribe: 'Subscribe again',
  back: 'You are subscribed again.',
  wrongLink:
    'This link is not complete. Please open the link in the e-mail once more, or copy the whole of it.',
  wrongForm: 'Nothing was changed. Please open the link in the e-mail once more and use the button there.',
  failed: 'That did not work just now, and nothing was changed. Please try again in a few minutes.',
}

const style = `
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:1.125rem/1.5 system-ui,sans-serif;background:#f4f4f2;color:#1d1d1b}
main{box-sizing:border-box;width:min(32rem,100vw);padding:2rem}
h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}
p{margin:0 0 1.5rem}
button{font:inherit;font-weight:600;min-height:3rem;padding:.5rem 1.5rem;border:2px solid #1d1d1b;border-radius:.5rem;background:#1d1d1b;color:#fff;cursor:pointer}
button.quiet{background:transparent;color:inherit;border-color:currentColor}
button:focus-visible{outline:3px solid #2563eb;outline-offset:3px}
@media(prefers-color-scheme:dark){body{background:#161615;color:#f0f0ee}button{background:#f0f0ee;color:#161615;border-color:#f0f0ee}}
`
// The page takes nothing from anywhere: its one style is known by its hash, and its form goes to itself.
const policy = `default-src 'none'; style-src 'sha256-${toBase64(sha256(utf8ToBytes(style)))}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A button of the page: what it asks for, and whether it is the lesser thing to do. */
export interface Button {
  readonly intent: 'unsubscribe' | 'resubscribe'
  readonly label: string
}

/** The page with a sentence and perhaps a button. */
export function page(
  status: number,
  texts: UnsubscribeTexts,
  says: string,
  button?: Button,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const quiet = button?.intent === 'resubscribe' ? ' class="quiet"' : ''
  const form = button
    ? `<form method="post"><input type="hidden" name="intent" value="${button.intent}"><button type="submit"${quiet}>${escaped(button.label)}</button></form>`
    : ''
  const html = `<!doctype html>
<html lang="${escaped(texts.lang)}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(texts.title)}</title><style>${style}</style></head>
<body><main><h1>${escaped(texts.title)}</h1><p role="status">${escaped(says)}</p>${form}</main></body>
</html>
`
  return new Response(html, {
    status,
    headers: {
      ...guarded,
      'content-type': 'text/html; charset=utf-8',
      'content-language': texts.lang,
      'content-security-policy': policy,
      ...headers,
    },
  })
}
