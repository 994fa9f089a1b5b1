import { createHmac } from 'node:crypto'
import type { IdentityProvider } from '../identity-provider.ts'
import { askProvider, unusable } from './ask-provider.ts'
import { invalid, isSubject, verifyIdToken } from './id-token.ts'
import { identityOfClaims } from './identity-of-claims.ts'
import {
  type Identified,
  isIdToken,
  type PresentedToken,
  readAuthTime,
  type TokenDeps,
} from './presented-token.ts'
import { refuseToken } from './refuse-token.ts'

const ISSUER = 'https://www.facebook.com'
const KEYS = 'https://limited.facebook.com/.well-known/oauth/openid/jwks/'
const GRAPH = 'https://graph.facebook.com'

/** An ID token of Facebook's Limited Login, or an access token of Facebook Login, of our app; the same reader by both. */
export async function identifyByFacebook(
  deps: TokenDeps,
  provider: IdentityProvider<'facebook'>,
  presented: PresentedToken,
  now: number,
): Promise<Identified> {
  if (!isIdToken(presented)) return await identifyByGraph(deps, provider, presented.token, now)
  const { issuer = ISSUER, jwksUri = KEYS, appId, trustEmail } = provider.settings
  const claims = await verifyIdToken(deps.keys.at(provider, jwksUri), presented.token, {
    issuers: [issuer],
    audiences: [appId],
    algorithms: ['RS256'],
    now,
  })
  return { identity: identityOfClaims(issuer, claims, { trustEmail }), ...readAuthTime(claims) }
}

/** Asks the Graph API whose the token is and of which app, and only then with it who the user is. */
async function identifyByGraph(
  deps: TokenDeps,
  provider: IdentityProvider<'facebook'>,
  token: string,
  now: number,
): Promise<Identified> {
  const { issuer = ISSUER, appId, trustEmail } = provider.settings
  const graphUrl = (provider.settings.graphUrl ?? GRAPH).replace(/\/$/, '')
  const secret = deps.secretOf(provider)
  const userId = await debugToken(deps, `${graphUrl}/debug_token`, { token, appId, secret, now })

  // Proves to Facebook that the token is used by a server of the app; apps may demand it.
  const proof = createHmac('sha256', secret).update(token).digest('hex')
  const query = new URLSearchParams({ fields: 'id,name,email', access_token: token, appsecret_proof: proof })
  const { status, body } = await askProvider(deps.fetch, `${graphUrl}/me?${query}`)
  if (status !== 200) throw unusable(graphUrl, status)
  if (body.id !== userId) throw invalid('the token is of another user')
  const { name, email } = body
  return { identity: identityOfClaims(issuer, { sub: userId, name, email }, { trustEmail }) }
}

/** The ID of the user of a token that is good, and of our app. */
async function debugToken(
  { fetch }: TokenDeps,
  url: string,
  about: { token: string; appId: string; secret: string; now: number },
): Promise<string> {
  const { token, appId, secret, now } = about
  const query = new URLSearchParams({ input_token: token, access_token: `${appId}|${secret}` })
  const { status, body } = await askProvider(fetch, `${url}?${query}`)
  if (status !== 200) throw toRefusal(url, status, body.error)
  const data = (body.data ?? {}) as Record<string, unknown>
  if (data.app_id !== undefined && String(data.app_id) !== appId) throw refuseToken('subject_token_other_app')
  const { is_valid: isValid, type, user_id: userId, expires_at: expiresAt } = data
  // 0: it never expires.
  if (typeof expiresAt === 'number' && expiresAt !== 0 && expiresAt * 1000 <= now)
    throw refuseToken('subject_token_expired')
  if (isValid !== true || data.app_id === undefined) throw invalid('Facebook does not take the token')
  if (type !== 'USER') throw invalid('not the token of a user')
  if (typeof userId !== 'string' || !isSubject(userId)) throw invalid('the token names no user')
  return userId
}

/** Error codes of the Graph API. */
function toRefusal(url: string, status: number, error: unknown) {
  const code = (error as { code?: unknown } | undefined)?.code
  if (code === 100) return refuseToken('subject_token_other_app', { code })
  if (code === 1 || code === 101 || code === 190) return refuseToken('provider_secret_wrong', { code })
  return unusable(url, status)
}
