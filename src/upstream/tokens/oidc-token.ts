import { type IdentityProvider, mapGroups } from '../identity-provider.ts'
import { anyAlgorithm, verifyIdToken } from './id-token.ts'
import { identityOfClaims } from './identity-of-claims.ts'
import {
  type Identified,
  isIdToken,
  type PresentedToken,
  readAuthTime,
  type TokenDeps,
} from './presented-token.ts'
import { refuseToken } from './refuse-token.ts'

/** An ID token of an OpenID provider for one of our clients there. */
export async function identifyByIssuer(
  deps: TokenDeps,
  provider: IdentityProvider<'oidc'>,
  presented: PresentedToken,
  now: number,
): Promise<Identified> {
  if (!isIdToken(presented)) throw refuseToken('subject_token_type_wrong', { takes: 'id_token' })
  const { issuer, clientId, clientIds = [], trustEmail } = provider.settings
  const claims = await verifyIdToken(deps.keys.ofIssuer(provider, issuer), presented.token, {
    issuers: [issuer],
    audiences: clientId === undefined ? clientIds : [clientId, ...clientIds],
    algorithms: anyAlgorithm,
    now,
  })
  const groups = mapGroups(provider.settings, claims)
  return { identity: identityOfClaims(issuer, claims, { trustEmail, groups }), ...readAuthTime(claims) }
}
