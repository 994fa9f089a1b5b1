import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../platform/clock.ts'
import { changeSettings } from '../projects/change-settings.ts'
import type { Project } from '../projects/project.ts'
import type { Reader } from '../readers/reader.ts'
import { setBlockedAt } from '../readers/reader-store.ts'
import { requireReader } from '../readers/require-reader.ts'
import { endAllSessions } from './end-sessions-of-reader.ts'

/** Blocks a reader, which also ends their sessions, or lets them in again. @throws AppError `not_found`. */
export async function setReaderBlocked(
  deps: { readonly database: Database; readonly clock: Clock },
  actor: Actor,
  input: { project: Project; reader: string; blocked: boolean },
): Promise<Reader> {
  const now = deps.clock.now()
  return await changeSettings(deps.database, actor, now, async tx => {
    const reader = await requireReader(tx, input.project, input.reader)
    const blockedAt = input.blocked ? now : null
    await setBlockedAt(tx, reader.id, blockedAt)
    if (input.blocked) await endAllSessions(tx, reader.id, now)
    return {
      result: { ...reader, blockedAt },
      event: {
        action: input.blocked ? 'reader.block' : 'reader.unblock',
        projectId: input.project.id,
        target: reader.id,
        detail: { externalId: reader.externalId },
      },
    }
  })
}
