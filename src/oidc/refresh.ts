import { recordStep, type Visit } from '../audit/attempts.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Clock } from '../platform/clock.ts'
import { keyOfSecret, newOneTimeSecret } from '../platform/one-time-secret.ts'
import type { RegisteredClient } from '../projects/registry.ts'
import { findReader } from '../readers/reader-store.ts'
import { sidOf } from '../sessions/session.ts'
import { findLiveSession, findSession } from '../sessions/session-store.ts'
import { endSession } from '../sessions/sign-off.ts'
import { issueTokens, type TokenResponse } from '../tokens/issue-tokens.ts'
import {
  findRefreshToken,
  insertRefreshToken,
  type RefreshToken,
  takeRefreshToken,
} from './refresh-token-store.ts'

/**
 * The refresh grant (RFC 6749, section 6): the token is replaced at every use, and one that is used twice ends the
 * session, because somebody has a copy (RFC 9700, section 4.14.2).
 * @throws AppError `invalid_grant`, `invalid_scope`.
 */
export async function refreshTokens(
  deps: { database: Database; clock: Clock; keys: KeyRing; issuer: string },
  client: RegisteredClient,
  request: { refreshToken: string; scope?: string },
  visit: Visit,
): Promise<TokenResponse> {
  const now = deps.clock.now()
  const key = keyOfSecret(request.refreshToken)
  const replacement = newOneTimeSecret(now)
  const { project } = client
  const signingKey = await deps.keys.signingKey(client.idTokenAlgorithm ?? project.signingAlgorithm)

  const used = await deps.database.write(async tx => {
    const token = key && (await findRefreshToken(tx, key))
    if (!key || token?.client_id !== client.id) return undefined
    const session = await findLiveSession(tx, token.session_key, now)
    if (token.used_at !== null) {
      await endSession(tx, token.session_key, 'code_reused', now)
      await tellReuse(tx, token, project.id, visit, now)
      return undefined
    }
    refuseWiderScope(token.scope, request.scope)
    if (!session || !project.jwtEnabled || !(await takeRefreshToken(tx, key, now))) return undefined
    const { used_at: _, ...rest } = token
    await insertRefreshToken(tx, { ...rest, key: replacement.key })
    return { token, session }
  })
  if (!used)
    throw new AppError('invalid_grant', 'The refresh token is unknown, expired, used, or not of this client.')

  const { token, session } = used
  const response = issueTokens(signingKey, deps.issuer, {
    project,
    clientId: client.id,
    reader: session.reader,
    sid: sidOf(session.key),
    authTime: session.authTime,
    expiresAt: Math.min(session.expiresAt, now + token.validity_minutes * 60_000),
    scope: narrowed(token.scope, request.scope),
    nonce: null,
    now,
  })
  return { ...response, refresh_token: replacement.text }
}

async function tellReuse(
  tx: Handle,
  token: RefreshToken,
  projectId: string,
  visit: Visit,
  now: number,
): Promise<void> {
  const session = await findSession(tx, token.session_key)
  await recordStep(tx, {
    traceId: session?.traceId ?? visit.traceId,
    address: visit.address,
    projectId,
    at: now,
    step: 'swap',
    outcome: 'failed',
    reason: 'refresh_token_used',
    reader: session ? ((await findReader(tx, session.readerId))?.externalId ?? null) : null,
    detail: { clientId: token.client_id, usedAt: token.used_at },
  })
}

/** Fewer scopes may be asked for, never more (RFC 6749, section 6). */
function refuseWiderScope(granted: string, asked: string | undefined): void {
  const had = new Set(granted.split(' '))
  if (asked?.split(' ').every(scope => had.has(scope)) === false)
    throw new AppError('invalid_scope', 'The scope has more in it than was granted.')
}

function narrowed(granted: string, asked: string | undefined): string {
  if (asked === undefined) return granted
  const wanted = new Set(asked.split(' '))
  return granted
    .split(' ')
    .filter(scope => scope === 'openid' || wanted.has(scope))
    .join(' ')
}
