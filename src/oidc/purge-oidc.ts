import { type PurgeStep, removeBefore, removeExpired } from '../db/purge-step.ts'
import { firstKeyAt } from '../platform/one-time-secret.ts'
import { firstSessionKey } from '../sessions/purge-sessions.ts'

const HOUR = 3_600_000

/** A refresh token that was used tells of theft for as long as its session could live. */
export const purgeRefreshTokens: PurgeStep = (tx, { now }) =>
  removeBefore(tx, 'refresh_tokens', firstSessionKey(now))

export const purgePendingAuthorizations: PurgeStep = (tx, { now }) =>
  removeBefore(tx, 'pending_authorizations', firstKeyAt(now - HOUR))

export const purgePushedRequests: PurgeStep = (tx, { now }) =>
  removeBefore(tx, 'pushed_requests', firstKeyAt(now - HOUR))

/** An assertion that has expired is refused for that; an hour covers clocks that are set back. */
export const purgeUsedAssertions: PurgeStep = (tx, { now }) =>
  removeExpired(tx, 'used_assertions', ['client_id', 'jti'], now - HOUR)
