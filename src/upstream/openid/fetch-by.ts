import type { CustomFetch } from 'openid-client'
import { OutboundError, type OutboundFetch } from '../../platform/outbound-fetch.ts'
import { unusable } from '../tokens/ask-provider.ts'

/** The library's requests by our way out: checked addresses, one answer in time, of a bearable size, no redirects. */
export function fetchBy(fetch: OutboundFetch): CustomFetch {
  return async (url, { method, headers, body }) => {
    try {
      const answer = await fetch(url, {
        method: method === 'POST' ? 'POST' : 'GET',
        headers,
        ...(body !== undefined && body !== null && { body: String(body) }),
      })
      const { status } = answer
      if (status < 200 || status > 599 || [204, 205, 304].includes(status)) throw unusable(url, status)
      return new Response(answer.body, { status, headers: textHeaders(answer.headers) })
    } catch (error) {
      if (error instanceof OutboundError) throw unusable(url, error.problem)
      throw error
    }
  }
}

/** Those that the library reads: a sender may put into the others what no `Headers` takes. */
function textHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const read = ['content-type', 'www-authenticate', 'retry-after'].flatMap(name => {
    const value = [headers[name] ?? []].flat().join(', ')
    return value !== '' && /^[\x20-\x7e]*$/.test(value) ? [[name, value]] : []
  })
  return Object.fromEntries(read)
}
