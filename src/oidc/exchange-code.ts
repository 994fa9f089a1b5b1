import { recordRefusal, type Visit } from '../audit/attempts.ts'
import type { Authorization, Code } from '../codes/code.ts'
import type { OutstandingCodes } from '../codes/outstanding-codes.ts'
import { redeemCode } from '../codes/redeem-code.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Clock } from '../platform/clock.ts'
import { newOneTimeSecret } from '../platform/one-time-secret.ts'
import { type ClientSecret, callbackUrl } from '../projects/project.ts'
import type { RegisteredClient, Registry } from '../projects/registry.ts'
import { sidOf } from '../sessions/session.ts'
import { issueTokens, SCOPE, type TokenResponse } from '../tokens/issue-tokens.ts'
import { insertRefreshToken } from './refresh-token-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly outstanding: OutstandingCodes
  readonly keys: KeyRing
  readonly issuer: string
}

/**
 * The authorization code grant (RFC 6749, section 4.1.3) for a site client that has proved who it is: swaps a pushed
 * code, or one of the authorization endpoint.
 * @throws AppError `invalid_grant`.
 */
export async function exchangeCode(
  deps: Deps,
  { client, secret }: { client: RegisteredClient; secret?: ClientSecret | undefined },
  request: { code: string; redirectUri?: string; codeVerifier?: string },
  visit: Visit,
): Promise<TokenResponse> {
  const { project } = client
  await refuseForeignRedirect(deps, client, request.redirectUri, visit)
  // The key first: a code must not be spent when nothing can be signed.
  const key = await deps.keys.signingKey(client.idTokenAlgorithm ?? project.signingAlgorithm)
  const refresh = newOneTimeSecret(deps.clock.now())
  const { session, reader, code } = await redeemCode(
    deps,
    {
      project,
      code: request.code,
      opens: 'tokens',
      ...(secret && { secret }),
      clientId: client.id,
      ...(request.redirectUri !== undefined && { redirectUri: request.redirectUri }),
      verifiers: request.codeVerifier === undefined ? [] : [request.codeVerifier],
      verifierImpliesChallenge: true,
      tellsUnknown: true,
      needsAuthorization: client.authMethod === 'none',
      alongside: async (tx, opened, redeemed) => {
        if (!isOffline(redeemed)) return
        await insertRefreshToken(tx, {
          key: refresh.key,
          session_key: opened.key,
          client_id: client.id,
          scope: redeemed.authorization.scope,
          nonce: redeemed.authorization.nonce,
          validity_minutes: redeemed.validityMinutes,
          expires_at: opened.expiresAt,
        })
      },
    },
    visit,
  )
  if (!code) throw new Error('a swap without a code has opened a session')
  const now = session.createdAt
  const scope = code.authorization?.scope ?? SCOPE
  const nonce = code.authorization?.nonce ?? null
  const expiresAt = Math.min(session.expiresAt, now + code.validityMinutes * 60_000)
  const { authTime } = session
  const about = {
    project,
    clientId: client.id,
    reader,
    sid: sidOf(session.key),
    authTime,
    expiresAt,
    scope,
    nonce,
    now,
  }
  const response = issueTokens(key, deps.issuer, about)
  return isOffline(code) ? { ...response, refresh_token: refresh.text } : response
}

function isOffline(code: Code): code is Code & { authorization: Authorization } {
  return code.authorization?.scope.split(' ').includes('offline_access') === true
}

async function refuseForeignRedirect(
  deps: Deps,
  client: RegisteredClient,
  redirectUri: string | undefined,
  visit: Visit,
): Promise<void> {
  const { project } = client
  const known = [callbackUrl(project), ...project.allowedRedirects, ...client.redirectUris]
  if (redirectUri === undefined || known.includes(redirectUri)) return
  const refusal = new AppError('invalid_grant', 'The redirect_uri is not one of this client.', {
    reason: 'redirect_not_allowed',
    // Some clients send the whole address of the page, code included.
    detail: { redirectUri: redirectUri.slice(0, 256).replace(/\?.*/s, '?...') },
  })
  const about = { step: 'swap', projectId: project.id, reader: null, at: deps.clock.now() } as const
  await recordRefusal(deps.database, visit, about, refusal)
  throw refusal
}
