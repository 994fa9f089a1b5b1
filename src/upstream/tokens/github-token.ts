import type { IdentityProvider } from '../identity-provider.ts'
import { askProvider, unusable } from './ask-provider.ts'
import { invalid } from './id-token.ts'
import { identityOfClaims } from './identity-of-claims.ts'
import { type Identified, isIdToken, type PresentedToken, type TokenDeps } from './presented-token.ts'
import { refuseToken } from './refuse-token.ts'

const API = 'https://api.github.com'
const ISSUER = 'https://github.com'

const common = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }

/** An access token of our OAuth app at GitHub. */
export async function identifyByGitHub(
  deps: TokenDeps,
  provider: IdentityProvider<'github'>,
  presented: PresentedToken,
): Promise<Identified> {
  if (isIdToken(presented)) throw refuseToken('subject_token_type_wrong', { takes: 'access_token' })
  const apiUrl = (provider.settings.apiUrl ?? API).replace(/\/$/, '')
  // Only what can stand in a header goes on; GitHub's own tokens are letters, digits and underscores.
  if (!/^[!-~]{1,1024}$/.test(presented.token)) throw invalid('not a token')
  const id = await checkToken(deps, provider, apiUrl, presented.token)

  const request = { headers: { ...common, authorization: `Bearer ${presented.token}` } }
  const [user, emails] = await Promise.all([
    askProvider(deps.fetch, `${apiUrl}/user`, request),
    askProvider(deps.fetch, `${apiUrl}/user/emails`, request),
  ])
  if (user.status !== 200) throw unusable(apiUrl, user.status)
  if (user.body.id !== id) throw invalid('the token is of another user')
  const email = primaryEmail(apiUrl, emails)
  const { login, name } = user.body
  const address = typeof email === 'string' ? { email, email_verified: true } : {}
  const claims = { sub: String(id), preferred_username: login, name, ...address }
  // Numbers of users of one's own GitHub Enterprise are other people's at github.com.
  return { identity: identityOfClaims(apiUrl === API ? ISSUER : new URL(apiUrl).origin, claims) }
}

/** The ID of the user of a token that is good, and of our app. */
async function checkToken(
  { fetch, secretOf }: TokenDeps,
  provider: IdentityProvider<'github'>,
  apiUrl: string,
  token: string,
): Promise<number> {
  const { clientId } = provider.settings
  const basic = Buffer.from(`${clientId}:${secretOf(provider)}`).toString('base64')
  const url = `${apiUrl}/applications/${encodeURIComponent(clientId)}/token`
  const { status, body } = await askProvider(fetch, url, {
    method: 'POST',
    headers: { ...common, authorization: `Basic ${basic}`, 'content-type': 'application/json' },
    body: JSON.stringify({ access_token: token }),
  })
  if (status === 401) throw refuseToken('provider_secret_wrong', { answered: 401 })
  // GitHub tells a token of another app and one that is over alike.
  if (status === 404) throw refuseToken('subject_token_other_app', { answered: 404 })
  if (status === 422) throw invalid('GitHub does not take the token')
  if (status !== 200) throw unusable(url, status)
  const { app, user } = body as { app?: { client_id?: unknown } | null; user?: { id?: unknown } | null }
  if (app?.client_id !== clientId) throw refuseToken('subject_token_other_app')
  if (typeof user?.id !== 'number' || !Number.isSafeInteger(user.id)) throw invalid('the token names no user')
  return user.id
}

/** The address that is verified and the user's primary one; none where the token may not read addresses. */
function primaryEmail(
  apiUrl: string,
  { status, body }: { status: number; body: Readonly<Record<string, unknown>> },
) {
  if (status === 403 || status === 404) return undefined
  if (status !== 200 || !Array.isArray(body.list)) throw unusable(apiUrl, status)
  const listed = body.list as ({ email?: unknown; primary?: unknown; verified?: unknown } | null)[]
  return listed.find(each => each?.primary === true && each.verified === true)?.email
}
