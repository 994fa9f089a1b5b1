// What is needed to sign somebody in at an OpenID provider: openid-client with our application there, going out by our
// own way, and the keys that ID tokens are checked with.
import * as client from 'openid-client'
import type { KeyCache } from '../../client/key-cache.ts'
import { AppError } from '../../errors.ts'
import { type Clock, secondsAhead } from '../../platform/clock.ts'
import type { OutboundFetch } from '../../platform/outbound-fetch.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { openProviderSecret } from '../manage-identity-providers.ts'
import type { DiscoveryDocument } from '../read-discovery.ts'
import { createProviderKeys } from '../tokens/provider-keys.ts'
import { createDiscoveryCache } from './discovery-cache.ts'
import { fetchBy } from './fetch-by.ts'

export interface OpenidConnection {
  readonly clientId: string
  readonly document: DiscoveryDocument
  readonly config: client.Configuration
  readonly keys: KeyCache
}

/** @throws AppError `provider_unreachable`, `provider_missing` for one that is not for signing in. */
export type OpenidConnections = (provider: IdentityProvider<'oidc'>) => Promise<OpenidConnection>

export function createOpenidConnections(deps: {
  readonly fetch: OutboundFetch
  readonly clock: Clock
  readonly wrapping: Buffer
}): OpenidConnections {
  const discover = createDiscoveryCache(deps)
  const keys = createProviderKeys(deps)
  return async provider => {
    const { clientId } = provider.settings
    if (clientId === undefined) throw noClientId(provider)
    const document = await discover(provider)
    return {
      clientId,
      document,
      config: configure(deps, provider, clientId, document),
      keys: keys.at(provider, document.jwks_uri),
    }
  }
}

/** openid-client as our application at the provider. */
export function configure(
  deps: { readonly fetch: OutboundFetch; readonly clock: Clock; readonly wrapping: Buffer },
  provider: IdentityProvider<'oidc'>,
  clientId: string,
  document: DiscoveryDocument,
): client.Configuration {
  const secret = openProviderSecret(deps.wrapping, provider)
  const config = new client.Configuration(
    document as client.ServerMetadata,
    clientId,
    { [client.clockSkew]: secondsAhead(deps.clock) },
    secret === undefined ? client.None() : proofBy(provider, document)(secret),
  )
  config[client.customFetch] = fetchBy(deps.fetch)
  // For a provider in one's own network; what belongs to an https issuer is https throughout (read-discovery.ts).
  if (document.issuer.startsWith('http:')) client.allowInsecureRequests(config)
  return config
}

/** By the header, which every provider has to take (RFC 6749, section 2.3.1), unless it says that it does not. */
function proofBy({ settings }: IdentityProvider<'oidc'>, document: DiscoveryDocument) {
  const taken = document.token_endpoint_auth_methods_supported
  const byHeader = !Array.isArray(taken) || taken.includes('client_secret_basic')
  return byHeader && settings.secretInBody !== true ? client.ClientSecretBasic : client.ClientSecretPost
}

function noClientId({ slug }: IdentityProvider): AppError {
  return new AppError('access_denied', `Readers cannot sign in at the identity provider ${slug}.`, {
    reason: 'provider_missing',
    detail: { provider: slug, problem: 'no clientId in its settings' },
  })
}
