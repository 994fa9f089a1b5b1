import * as client from 'openid-client'
import { type Identity, type IdentityProvider, mapGroups } from '../identity-provider.ts'
import { readClaim } from '../read-claim.ts'
import { anyAlgorithm, type IdTokenClaims, invalid, verifyIdToken } from '../tokens/id-token.ts'
import { identityOfClaims } from '../tokens/identity-of-claims.ts'
import type { BoundToBrowser } from './bound-to-browser.ts'
import type { OpenidConnection } from './openid-connections.ts'
import { toRefusal } from './to-refusal.ts'

/**
 * Swaps the code of an answer and reads who it is (OpenID Connect Core 1.0, section 3.1.3). openid-client does the
 * exchange and its checks; then the ID token is verified like every other that comes here, its signature too.
 * @param answer the address that the browser came to, with the answer in its query.
 * @throws AppError with the true reason.
 */
export async function identifyByAnswer(
  connection: OpenidConnection,
  provider: IdentityProvider<'oidc'>,
  answer: URL,
  expected: { readonly state: string; readonly bound: BoundToBrowser; readonly maxAge?: number | undefined },
  now: number,
): Promise<Identity> {
  const { config, document, clientId, keys } = connection
  const { state, bound, maxAge } = expected
  const tokens = await client
    .authorizationCodeGrant(config, answer, {
      expectedState: state,
      expectedNonce: bound.nonce,
      pkceCodeVerifier: bound.verifier,
      idTokenExpected: true,
      ...(maxAge !== undefined && { maxAge }),
    })
    .catch(error => {
      throw toRefusal(error, document.token_endpoint)
    })
  const claims = await verifyIdToken(keys, tokens.id_token!, {
    issuers: [document.issuer],
    audiences: [clientId],
    algorithms: anyAlgorithm,
    now,
  })
  if (claims.nonce !== bound.nonce) throw invalid('the nonce is not the one that was sent')
  if (claims.azp !== undefined && claims.azp !== clientId) throw invalid('azp is another application')
  const all = await completed(connection, provider, claims, tokens.access_token)
  return identityOfClaims(document.issuer, all, {
    trustEmail: provider.settings.trustEmail,
    groups: mapGroups(provider.settings, all),
    names: provider.settings,
  })
}

/** With what the ID token leaves out, where the provider tells it at its userinfo endpoint. */
async function completed(
  { config, document }: OpenidConnection,
  { settings }: IdentityProvider<'oidc'>,
  claims: IdTokenClaims,
  accessToken: string,
): Promise<IdTokenClaims> {
  const { usernameClaim, emailClaim = 'email', firstNameClaim = 'given_name', groupsClaim } = settings
  const wanted = [emailClaim, firstNameClaim, usernameClaim, groupsClaim].filter(name => name !== undefined)
  const isWhole = wanted.every(name => readClaim(claims, name) !== undefined)
  if (isWhole || document.userinfo_endpoint === undefined) return claims
  const more = await client.fetchUserInfo(config, accessToken, claims.sub).catch(error => {
    throw toRefusal(error, document.userinfo_endpoint)
  })
  // What is signed for us goes first.
  return { ...more, ...claims }
}
