import { recordRefusal, type Visit } from '../audit/attempts.ts'
import type { OutstandingCodes } from '../codes/outstanding-codes.ts'
import { redeemCode } from '../codes/redeem-code.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Clock } from '../platform/clock.ts'
import type { AuthenticatedClient } from '../projects/client-secrets.ts'
import { callbackUrl } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'
import { sidOf } from '../sessions/session.ts'
import { issueTokens, type TokenResponse } from '../tokens/issue-tokens.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly outstanding: OutstandingCodes
  readonly keys: KeyRing
  readonly issuer: string
}

/**
 * The authorization code grant (RFC 6749, section 4.1.3) for a site client that has proved who it is.
 * @throws AppError `invalid_grant`.
 */
export async function exchangeCode(
  deps: Deps,
  { client, secret }: AuthenticatedClient,
  request: { code: string; redirectUri?: string; codeVerifier?: string },
  visit: Visit,
): Promise<TokenResponse> {
  const { project } = client
  const { redirectUri, codeVerifier } = request
  if (
    redirectUri !== undefined &&
    redirectUri !== callbackUrl(project) &&
    !project.allowedRedirects.includes(redirectUri)
  ) {
    const refusal = new AppError('invalid_grant', 'The redirect_uri is not one of this client.', {
      reason: 'redirect_not_allowed',
      // Some clients send the whole address of the page, code included.
      detail: { redirectUri: redirectUri.slice(0, 256).replace(/\?.*/s, '?...') },
    })
    const about = { step: 'swap', projectId: project.id, reader: null, at: deps.clock.now() } as const
    await recordRefusal(deps.database, visit, about, refusal)
    throw refusal
  }
  // The key first: a code must not be spent when nothing can be signed.
  const key = await deps.keys.signingKey(project.signingAlgorithm)
  const redeemed = await redeemCode(
    deps,
    {
      project,
      code: request.code,
      opens: 'tokens',
      secret,
      verifiers: codeVerifier === undefined ? [] : [codeVerifier],
      verifierImpliesChallenge: true,
      tellsUnknown: true,
    },
    visit,
  )
  const { key: sessionKey, createdAt, expiresAt } = redeemed.session
  const session = { sid: sidOf(sessionKey), createdAt, expiresAt }
  return issueTokens(key, deps.issuer, {
    project,
    clientId: client.id,
    reader: redeemed.reader,
    session,
    now: createdAt,
  })
}
