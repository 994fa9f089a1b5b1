import { type Actor, recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { LogoutNotice } from './logout-notice.ts'
import { findNotice, makeNoticeDue } from './notice-store.ts'

/**
 * Has a notice tried again at once, also one that was given up; with `projectId` only one of that project.
 * @throws AppError `not_found`, or `conflict` where it was delivered already.
 */
export async function retryNotice(
  deps: { readonly database: Database; readonly clock: Clock },
  actor: Actor,
  id: string,
  projectId?: string,
): Promise<LogoutNotice> {
  const now = deps.clock.now()
  return await deps.database.write(async tx => {
    const notice = await findNotice(tx, id)
    if (!notice || notice.projectId !== (projectId ?? notice.projectId))
      throw new AppError('not_found', `There is no logout notice ${id}.`)
    if (!(await makeNoticeDue(tx, id, now))) {
      throw new AppError('conflict', `The logout notice ${id} was delivered already.`)
    }
    const event = { action: 'notice.retry', projectId: notice.projectId, target: id, detail: {} }
    await recordAudit(tx, actor, event, now)
    return { ...notice, dueAt: now }
  })
}
