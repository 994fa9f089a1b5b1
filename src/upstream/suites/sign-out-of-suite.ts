import { type MayTell, tellAccountRefusal } from '../../accounts/prove-account.ts'
import { recordStep, type Visit } from '../../audit/attempts.ts'
import { AppError } from '../../errors.ts'
import { toSeconds } from '../../platform/clock.ts'
import { findReader } from '../../readers/reader-store.ts'
import { findSession } from '../../sessions/session-store.ts'
import { endSession } from '../../sessions/sign-off.ts'
import type { SuiteDeps } from './open-suite-session.ts'
import { readSuiteToken } from './suite-token.ts'

/**
 * Ends the sign-in behind a JWT. One that has expired may be signed out too.
 * @throws AppError `invalid_token` for one that is not genuine, or was signed out before.
 */
export async function signOutOfSuite(
  deps: SuiteDeps,
  jwt: string,
  visit: Visit,
  mayTell: MayTell,
): Promise<void> {
  const now = deps.clock.now()
  const token = await readSuiteToken(deps.keys, deps.issuer, jwt)
  const ended =
    token &&
    (await deps.database.write(async tx => {
      if (!(await endSession(tx, token.sessionKey, 'logout', now))) return false
      const session = (await findSession(tx, token.sessionKey))!
      const reader = await findReader(tx, session.readerId)
      await recordStep(tx, {
        traceId: session.traceId,
        address: visit.address,
        projectId: session.projectId,
        at: now,
        step: 'logout',
        outcome: 'passed',
        reason: null,
        reader: reader?.externalId ?? null,
        detail: {},
      })
      return true
    }))
  // The row of one that has expired may be gone: there is nothing left to end.
  if (ended || (token && token.exp <= toSeconds(now))) return
  const error = token
    ? new AppError('invalid_token', 'The JWT was signed out before.', { reason: 'suite_session_over' })
    : new AppError('invalid_token', 'The JWT is not valid.', { reason: 'suite_token_invalid' })
  await tellAccountRefusal(deps, error, { projectId: token?.projectId ?? null, reader: null }, visit, mayTell)
  throw error
}
