import { type PurgeStep, removeBefore, removeDeadLinks, STEP_SIZE } from '../db/purge-step.ts'
import { firstKeyAt } from '../platform/one-time-secret.ts'

const DAY = 24 * 3_600_000

/** The networks of the last weeks are told from strangers' (see passwords/guess-limits.ts). */
export const purgeAdministratorSessions: PurgeStep = (tx, { now }) =>
  removeBefore(tx, 'administrator_sessions', firstKeyAt(now - 30 * DAY))

/** A session that has expired stays over, even if the clock is set back. */
export const endExpiredAdministratorSessions: PurgeStep = async (tx, { now }) => {
  const result = await tx
    .updateTable('administrator_sessions')
    .set({ ended_at: now })
    .where('ended_at', 'is', null)
    .where('expires_at', '<=', now)
    .executeTakeFirst()
  return result.numUpdatedRows
}

export const purgeAdministratorLinks: PurgeStep = (tx, { now }) =>
  removeDeadLinks(tx, 'administrator_links', now)

/** An answer can be had again for a day. */
export const purgeIdempotencyKeys: PurgeStep = async (tx, { now }) => {
  const over = now - DAY
  const result = await tx
    .deleteFrom('idempotency_keys')
    .where('key', 'in', eb =>
      eb.selectFrom('idempotency_keys').select('key').where('created_at', '<=', over).limit(STEP_SIZE),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}
