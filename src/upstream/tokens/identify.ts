// Whom a provider's token speaks of, by the rules of the provider's kind: the second verification, made by us and not by
// whoever brings the token.
import type { Clock } from '../../platform/clock.ts'
import type { OutboundFetch } from '../../platform/outbound-fetch.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { openProviderSecret } from '../manage-identity-providers.ts'
import { identifyByFacebook } from './facebook-token.ts'
import { identifyByGitHub } from './github-token.ts'
import { identifyByGoogle } from './google-token.ts'
import { identifyByIssuer } from './oidc-token.ts'
import type { Identified, PresentedToken, TokenDeps } from './presented-token.ts'
import { createProviderKeys } from './provider-keys.ts'
import { refuseToken } from './refuse-token.ts'

/** @throws AppError `invalid_grant`, with the true reason. */
export type Identify = (
  provider: IdentityProvider,
  presented: PresentedToken,
  now: number,
) => Promise<Identified>

export function createIdentify(deps: { fetch: OutboundFetch; clock: Clock; wrapping: Buffer }): Identify {
  const tokenDeps: TokenDeps = {
    fetch: deps.fetch,
    keys: createProviderKeys(deps),
    secretOf(provider) {
      const secret = openProviderSecret(deps.wrapping, provider)
      if (secret === undefined) throw refuseToken('provider_secret_wrong', { problem: 'no secret is stored' })
      return secret
    },
  }
  return async (provider, presented, now) => {
    if (isOf(provider, 'google')) return await identifyByGoogle(tokenDeps, provider, presented, now)
    if (isOf(provider, 'facebook')) return await identifyByFacebook(tokenDeps, provider, presented, now)
    if (isOf(provider, 'github')) return await identifyByGitHub(tokenDeps, provider, presented)
    if (isOf(provider, 'oidc')) return await identifyByIssuer(tokenDeps, provider, presented, now)
    throw refuseToken('subject_token_type_wrong', { takes: 'no tokens', kind: provider.kind })
  }
}

function isOf<K extends IdentityProvider['kind']>(
  provider: IdentityProvider,
  kind: K,
): provider is IdentityProvider<K> {
  return provider.kind === kind
}
