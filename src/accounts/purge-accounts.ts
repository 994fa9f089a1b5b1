import type { Handle } from '../db/handle.ts'
import { type PurgeStep, removeBefore, removeDeadLinks } from '../db/purge-step.ts'
import { firstKeyAt } from '../platform/one-time-secret.ts'

const DAY = 24 * 3_600_000

/** The networks of the last weeks are told from strangers' (see account-guesses.ts). */
export const purgeAccountSessions: PurgeStep = (tx, { now }) =>
  removeBefore(tx, 'account_sessions', firstKeyAt(now - 30 * DAY))

export const purgeAccountLinks: PurgeStep = (tx, { now }) => removeDeadLinks(tx, 'account_links', now)

/** Of a deleted project; their accounts stay. */
export async function removeMembers(tx: Handle, projectId: string): Promise<void> {
  await tx.deleteFrom('account_members').where('project_id', '=', projectId).execute()
}
