import { createKeyCache, type KeyCache } from '../../client/key-cache.ts'
import { readKeySet } from '../../client/key-set.ts'
import type { Clock } from '../../platform/clock.ts'
import type { OutboundFetch } from '../../platform/outbound-fetch.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { readFromProvider, unusable } from './ask-provider.ts'

/** A provider's keys: at one address, or where its discovery document says. */
export interface ProviderKeys {
  at(provider: IdentityProvider, jwksUri: string): KeyCache
  ofIssuer(provider: IdentityProvider, issuer: string): KeyCache
}

const MOST_CACHES = 1_000

export function createProviderKeys(deps: { fetch: OutboundFetch; clock: Clock }): ProviderKeys {
  // Each provider of each project has its own: nobody's made-up key IDs use up the requests of somebody else.
  const caches = new Map<string, KeyCache>()

  const cacheOf = (provider: IdentityProvider, url: string, findUri: () => Promise<string>) => {
    const name = `${provider.id} ${url}`
    const cache =
      caches.get(name) ??
      createKeyCache(
        () => load(findUri),
        () => deps.clock.now(),
      )
    caches.delete(name)
    caches.set(name, cache)
    if (caches.size > MOST_CACHES) caches.delete(caches.keys().next().value!)
    return cache
  }

  const load = async (findUri: () => Promise<string>) => {
    const uri = await findUri()
    const text = await readFromProvider(deps.fetch, uri)
    try {
      return readKeySet(text)
    } catch {
      throw unusable(uri, 'no JWK Set')
    }
  }

  return {
    at: (provider, jwksUri) => cacheOf(provider, jwksUri, async () => jwksUri),
    ofIssuer: (provider, issuer) => cacheOf(provider, issuer, () => discover(deps.fetch, issuer)),
  }
}

/** Where an issuer's keys are (OpenID Connect Discovery 1.0, section 4). */
async function discover(fetch: OutboundFetch, issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const text = await readFromProvider(fetch, url)
  let found: { issuer?: unknown; jwks_uri?: unknown }
  try {
    found = JSON.parse(text) ?? {}
  } catch {
    throw unusable(url, 'no discovery document')
  }
  if (found.issuer !== issuer) throw unusable(url, 'discovery names another issuer')
  const uri = URL.parse(String(found.jwks_uri))
  // What is asked for by https is not taken over http.
  if (!uri || (issuer.startsWith('https:') && uri.protocol !== 'https:'))
    throw unusable(url, 'discovery names no address of keys')
  return uri.href
}
