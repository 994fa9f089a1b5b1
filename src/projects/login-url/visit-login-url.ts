// A browser without a session on its way through a login URL: redirects are followed, cookies kept, and every step goes
// through the one way out, which checks where it leads. It stops before our own callback: a code is not spent.
import { OutboundError, type OutboundFetch } from '../../platform/outbound-fetch.ts'

export const MOST_REDIRECTS = 5

export type JourneyEnd =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly contentType: string
      readonly challenge: string
      readonly body: string
    }
  /** The next step leads back to us: not taken. */
  | { readonly kind: 'home' }
  | { readonly kind: 'failed'; readonly error: OutboundError }
  | { readonly kind: 'no_location'; readonly status: number }
  | { readonly kind: 'too_many_redirects' }

export interface Journey {
  /** Every address in order, the last one too; without a status where no answer came, or none was asked for. */
  readonly visited: readonly { readonly url: URL; readonly status: number | null }[]
  readonly end: JourneyEnd
  /** All that the way has left in the browser. */
  readonly cookies: readonly string[]
}

export async function visitLoginUrl(
  fetch: OutboundFetch,
  start: string,
  isHome: (url: URL) => boolean,
): Promise<Journey> {
  const visited: { url: URL; status: number | null }[] = []
  const jar = openJar()
  const ended = (end: JourneyEnd): Journey => ({ visited, end, cookies: jar.all() })
  let url = new URL(start)
  for (let redirects = 0; ; redirects++) {
    const step: (typeof visited)[number] = { url, status: null }
    visited.push(step)
    if (isHome(url)) return ended({ kind: 'home' })
    if (redirects > MOST_REDIRECTS) return ended({ kind: 'too_many_redirects' })
    try {
      const { status, headers, body } = await fetch(url.href, { headers: browserHeaders(jar.for(url)) })
      step.status = status
      jar.keep(url, headers['set-cookie'] ?? [])
      if (![301, 302, 303, 307, 308].includes(status)) {
        const contentType = headers['content-type'] ?? ''
        return ended({
          kind: 'answered',
          status,
          contentType,
          challenge: headers['www-authenticate'] ?? '',
          body,
        })
      }
      const next = headers.location === undefined ? null : URL.parse(headers.location, url.href)
      if (!next) return ended({ kind: 'no_location', status })
      url = next
    } catch (error) {
      if (error instanceof OutboundError) return ended({ kind: 'failed', error })
      throw error
    }
  }
}

function browserHeaders(cookie: string): Record<string, string> {
  return {
    accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
    'accept-language': 'en',
    'sec-fetch-dest': 'document',
    'sec-fetch-mode': 'navigate',
    'user-agent': 'Mozilla/5.0 (compatible; Gatepass login check)',
    ...(cookie && { cookie }),
  }
}

/** Cookies by host. Enough for pages that ask a browser to show that it keeps them. */
function openJar() {
  const hosts = new Map<string, Map<string, string>>()
  const of = (url: URL) => {
    const cookies = hosts.get(url.hostname) ?? new Map<string, string>()
    hosts.set(url.hostname, cookies)
    return cookies
  }
  return {
    keep(url: URL, headers: readonly string[]): void {
      for (const header of headers) {
        const [, name, value] = /^\s*([!#-'*+.\w^`|~-]+)=([\x20-\x3a\x3c-\x7e]*)/.exec(header) ?? []
        if (name === undefined || header.length > 4096) continue
        if (/;\s*max-age=(0|-)/i.test(header)) of(url).delete(name)
        else if (of(url).size < 20) of(url).set(name, value!.trim())
      }
    },
    for: (url: URL) => [...of(url)].map(pair => pair.join('=')).join('; '),
    all: () => [...hosts.values()].flatMap(cookies => [...cookies.values()]),
  }
}
