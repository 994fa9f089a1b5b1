import { type IdentityProvider, mapGroups } from '../identity-provider.ts'
import { verifyIdToken } from './id-token.ts'
import { identityOfClaims } from './identity-of-claims.ts'
import {
  type Identified,
  isIdToken,
  type PresentedToken,
  readAuthTime,
  type TokenDeps,
} from './presented-token.ts'
import { refuseToken } from './refuse-token.ts'

const ISSUER = 'https://accounts.google.com'
const KEYS = 'https://www.googleapis.com/oauth2/v3/certs'

/** An ID token of Google for one of our applications there. */
export async function identifyByGoogle(
  deps: TokenDeps,
  provider: IdentityProvider<'google'>,
  presented: PresentedToken,
  now: number,
): Promise<Identified> {
  if (!isIdToken(presented)) throw refuseToken('subject_token_type_wrong', { takes: 'id_token' })
  const { issuer = ISSUER, jwksUri = KEYS, clientIds } = provider.settings
  const claims = await verifyIdToken(deps.keys.at(provider, jwksUri), presented.token, {
    // Google writes its name with the scheme or without it; either way it is the same reader.
    issuers: [issuer, issuer.replace(/^https?:\/\//, '')],
    audiences: clientIds,
    algorithms: ['RS256'],
    now,
  })
  const groups = mapGroups(provider.settings, claims)
  return { identity: identityOfClaims(issuer, claims, { groups }), ...readAuthTime(claims) }
}
