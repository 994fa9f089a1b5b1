import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { changeSettings } from '../projects/change-settings.ts'
import type { Project } from '../projects/project.ts'
import type { Reader } from './reader.ts'
import { findReader, findReaderByExternalId } from './reader-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/** Blocks a reader, which also closes their sessions, or lets them in again. @throws AppError `not_found`. */
export async function setReaderBlocked(
  deps: Deps,
  actor: Actor,
  input: { project: Project; reader: string; blocked: boolean },
): Promise<Reader> {
  const now = deps.clock.now()
  return await changeSettings(deps.database, actor, now, async tx => {
    const reader = await requireReader(tx, input.project, input.reader)
    const changes = input.blocked ? { blocked_at: now, sessions_ended_at: now } : { blocked_at: null }
    await tx.updateTable('readers').set(changes).where('id', '=', reader.id).execute()
    const action = input.blocked ? 'reader.block' : 'reader.unblock'
    return {
      result: { ...reader, blockedAt: input.blocked ? now : null },
      event: {
        action,
        projectId: input.project.id,
        target: reader.id,
        detail: { externalId: reader.externalId },
      },
    }
  })
}

/** Ends every session of a reader that was opened before now. @throws AppError `not_found`. */
export async function endSessionsOfReader(
  deps: Deps,
  actor: Actor,
  input: { project: Project; reader: string },
): Promise<Reader> {
  const now = deps.clock.now()
  return await changeSettings(deps.database, actor, now, async tx => {
    const reader = await requireReader(tx, input.project, input.reader)
    // One row instead of every session: a session older than this moment is over (see sessions/session-store.ts).
    await tx.updateTable('readers').set({ sessions_ended_at: now }).where('id', '=', reader.id).execute()
    const detail = { externalId: reader.externalId }
    return {
      result: reader,
      event: { action: 'reader.end-sessions', projectId: input.project.id, target: reader.id, detail },
    }
  })
}

/** A reader of the project by ID or external ID. @throws AppError `not_found`. */
export async function requireReader(db: Handle, project: Project, reference: string): Promise<Reader> {
  const byId = await findReader(db, reference)
  const reader =
    byId?.projectId === project.id ? byId : await findReaderByExternalId(db, project.id, reference)
  if (!reader) throw new AppError('not_found', `Project ${project.slug} has no reader ${reference}.`)
  return reader
}
