import type { OutboundFetch } from '../platform/outbound-fetch.ts'
import { readFromProvider, unusable } from './tokens/ask-provider.ts'

/** What an OpenID provider says about itself. Its addresses are URLs, and https where the issuer's is. */
export interface DiscoveryDocument extends Readonly<Record<string, unknown>> {
  readonly issuer: string
  readonly jwks_uri: string
  readonly authorization_endpoint?: string
  readonly token_endpoint?: string
  readonly userinfo_endpoint?: string
}

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint'] as const

/**
 * Reads the discovery document of an issuer (OpenID Connect Discovery 1.0, section 4).
 * @throws AppError `provider_unreachable`, also for one that speaks of another issuer.
 */
export async function readDiscovery(fetch: OutboundFetch, issuer: string): Promise<DiscoveryDocument> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const text = await readFromProvider(fetch, url)
  let found: Record<string, unknown>
  try {
    found = JSON.parse(text) ?? {}
  } catch {
    throw unusable(url, 'no discovery document')
  }
  if (found.issuer !== issuer) throw unusable(url, 'discovery names another issuer')
  const keys = addressIn(found, 'jwks_uri', issuer)
  if (keys === undefined) throw unusable(url, 'discovery names no address of keys')
  const endpoints = ENDPOINTS.map(name => [name, addressIn(found, name, issuer)])
  return { ...found, issuer, jwks_uri: keys, ...Object.fromEntries(endpoints) }
}

/** What is asked for by https is not taken over http. */
function addressIn(found: Record<string, unknown>, name: string, issuer: string): string | undefined {
  const url = URL.parse(String(found[name]))
  const taken = issuer.startsWith('https:') ? ['https:'] : ['https:', 'http:']
  return url && taken.includes(url.protocol) && !url.username && !url.password ? url.href : undefined
}
