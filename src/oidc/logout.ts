import type { Visit } from '../audit/attempts.ts'
import type { Reason } from '../audit/reasons.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { decodeBase64url } from '../platform/base64url.ts'
import type { Clock } from '../platform/clock.ts'
import type { Registry } from '../projects/registry.ts'
import type { LiveSession, Session } from '../sessions/session.ts'
import { findSession } from '../sessions/session-store.ts'
import { endSession } from '../sessions/sign-off.ts'
import { readIdTokenHint } from './id-token-hint.ts'

export type Parameters = Readonly<Record<string, string | string[] | undefined>>

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly keys: KeyRing
  readonly issuer: string
}

export interface LogoutRequest {
  /** The session that the ID token hint speaks of, whether or not it lives. */
  readonly session: Session | undefined
  /** Where the browser may be sent afterwards, with `state`. */
  readonly redirect: string | undefined
}

/**
 * Reads a logout request (OpenID Connect RP-Initiated Logout 1.0, section 2). An expired ID token still says whose
 * session is meant (section 4).
 * @throws AppError `invalid_request` for a hint that is not ours, or an address that is not registered: nobody is sent there.
 */
export async function readLogoutRequest(deps: Deps, parameters: Parameters): Promise<LogoutRequest> {
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) throw malformed(`The parameter ${name} is repeated.`)
  }
  const {
    id_token_hint: hint,
    client_id: clientId,
    post_logout_redirect_uri: uri,
    state,
  } = parameters as Record<string, string | undefined>
  const claims = hint === undefined ? undefined : await readIdTokenHint(deps, hint)
  if (hint !== undefined && !claims) throw malformed('The id_token_hint is not one of this server.')
  const audience = claims && String(claims.aud)
  if (clientId !== undefined && audience !== undefined && clientId !== audience) {
    throw malformed('The client_id is not that of the id_token_hint.')
  }
  const key = claims && decodeBase64url(String(claims.sid), 32)
  const session = key && (await findSession(deps.database.read, key))
  if (uri === undefined) return { session, redirect: undefined }

  const client = deps.registry.client(audience ?? clientId ?? '')
  if (!client?.postLogoutRedirectUris.includes(uri)) {
    throw malformed('The address to go to after signing out is not registered.', 'redirect_not_allowed')
  }
  const query = state === undefined ? '' : `${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
  return { session, redirect: uri + query }
}

function malformed(sentence: string, reason: Reason = 'request_malformed'): AppError {
  return new AppError('invalid_request', sentence, { reason })
}

/** Ends central sessions with all that came of them, and the session that a hint spoke of. */
export async function signOff(
  deps: Deps,
  centrals: readonly LiveSession[],
  hinted: Session | undefined,
  _visit: Visit,
): Promise<void> {
  const now = deps.clock.now()
  await deps.database.write(async tx => {
    for (const central of centrals) await endSession(tx, central.key, 'logout', now)
    if (hinted) await endSession(tx, hinted.key, 'logout', now)
  })
}
