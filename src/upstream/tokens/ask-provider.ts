import { OutboundError, type OutboundFetch, type OutboundRequest } from '../../platform/outbound-fetch.ts'
import { refuseToken } from './refuse-token.ts'

export interface ProviderAnswer {
  readonly status: number
  /** Where the body is no JSON object, one without members. */
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Asks a provider and reads its JSON; every status is an answer.
 * @throws AppError `provider_unreachable` where no whole answer came.
 */
export async function askProvider(
  fetch: OutboundFetch,
  url: string,
  request: OutboundRequest = {},
): Promise<ProviderAnswer> {
  const { status, body } = await reach(fetch, url, request)
  return { status, body: toObject(body) }
}

/** The text of a 200. @throws AppError `provider_unreachable`. */
export async function readFromProvider(fetch: OutboundFetch, url: string): Promise<string> {
  const { status, body } = await reach(fetch, url, { headers: { accept: 'application/json' } })
  if (status !== 200) throw unusable(url, status)
  return body
}

/** An answer that says nothing about the token: a redirect, a failure, a page in the place of JSON. */
export function unusable(url: string, what: number | string) {
  const problem = typeof what === 'number' ? `answered ${what}` : what
  return refuseToken('provider_unreachable', { host: URL.parse(url)?.host ?? null, problem })
}

async function reach(fetch: OutboundFetch, url: string, request: OutboundRequest) {
  try {
    return await fetch(url, request)
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    throw unusable(url, error.problem)
  }
}

function toObject(body: string): Record<string, unknown> {
  try {
    const value = JSON.parse(body)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { list: value }
  } catch {
    return {}
  }
}
