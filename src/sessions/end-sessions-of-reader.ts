import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import type { Clock } from '../platform/clock.ts'
import { changeSettings } from '../projects/change-settings.ts'
import type { Project } from '../projects/project.ts'
import type { Reader } from '../readers/reader.ts'
import { setSessionsEndedAt } from '../readers/reader-store.ts'
import { requireReader } from '../readers/require-reader.ts'
import { enqueueNotices } from './notice-store.ts'
import { markClientSessionsOfReaderEnded } from './session-store.ts'

/**
 * Ends every session of a reader that was opened before now, and leaves word for the sites.
 * @throws AppError `not_found`.
 */
export async function endSessionsOfReader(
  deps: { readonly database: Database; readonly clock: Clock },
  actor: Actor,
  input: { project: Project; reader: string },
): Promise<Reader> {
  const now = deps.clock.now()
  return await changeSettings(deps.database, actor, now, async tx => {
    const reader = await requireReader(tx, input.project, input.reader)
    await endAllSessions(tx, reader.id, now)
    const detail = { externalId: reader.externalId }
    return {
      result: reader,
      event: { action: 'reader.end-sessions', projectId: input.project.id, target: reader.id, detail },
    }
  })
}

/** One row ends them all (see session-store.ts); only those whose sites are to be told are ended by their own. */
export async function endAllSessions(tx: Handle, readerId: string, now: number): Promise<void> {
  await setSessionsEndedAt(tx, readerId, now)
  const told = await markClientSessionsOfReaderEnded(tx, readerId, 'administrator', now)
  await enqueueNotices(tx, told, now)
}
