import { type PurgeStep, removeBefore, STEP_SIZE } from '../db/purge-step.ts'
import { firstKeyAt } from '../platform/one-time-secret.ts'
import { firstUuidAt } from '../platform/random.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Nothing a code opened outlives a day: past it, a code has nothing left to revoke, and a session is over. */
const KEPT = DAY + HOUR

/** The first key of sessions that may live, and of what belongs to them; `now` is in milliseconds. */
export const firstSessionKey = (now: number): Buffer => firstKeyAt(now - KEPT)

export const purgeSessions: PurgeStep = (tx, { now }) => removeBefore(tx, 'sessions', firstSessionKey(now))

export const purgeSsoTokens: PurgeStep = (tx, { now }) => removeBefore(tx, 'sso_tokens', firstSessionKey(now))

/** Logout notices that were delivered or given up, as long as the timeline tells of them. */
export const purgeLogoutNotices: PurgeStep = async (tx, { now, attemptDays }) => {
  const result = await tx
    .deleteFrom('logout_notices')
    .where('id', 'in', eb =>
      eb
        .selectFrom('logout_notices')
        .select('id')
        .where('id', '<', firstUuidAt(now - attemptDays * DAY))
        .where('due_at', 'is', null)
        .limit(STEP_SIZE),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}
