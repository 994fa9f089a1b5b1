import type { Handle } from '../db/handle.ts'
import { firstUuidAt } from '../platform/random.ts'

export const MAIL_SENT = 'account.mail-link'
export const MAIL_FAILED = 'account.mail-failed'

/** The newest mail since a moment, if it failed. */
export async function newestMailFailure(
  db: Handle,
  since: number,
): Promise<{ readonly at: number; readonly problem: string } | undefined> {
  const newest = await db
    .selectFrom('audit_events')
    .select(['at', 'action', 'detail'])
    .where('id', '>=', firstUuidAt(since))
    .where('action', 'in', [MAIL_SENT, MAIL_FAILED])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest?.action !== MAIL_FAILED) return undefined
  return { at: newest.at, problem: String(JSON.parse(newest.detail).problem) }
}
