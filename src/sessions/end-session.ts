import { recordStep, type Visit } from '../audit/attempts.ts'
import { type Actor, recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import { decodeBase64url } from '../platform/base64url.ts'
import type { Clock } from '../platform/clock.ts'
import type { Project } from '../projects/project.ts'
import type { LiveSession } from './session.ts'
import { endSession } from './sign-off.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/** A reader signs out of a site, and so of all that the same sign-in opened. The step joins the timeline of the sign-in that opened the session. */
export async function logOut(deps: Deps, session: LiveSession, visit: Visit): Promise<void> {
  const now = deps.clock.now()
  await deps.database.write(async tx => {
    if (!(await endSession(tx, session.key, 'logout', now))) return
    await recordStep(tx, {
      traceId: session.traceId,
      address: visit.address,
      projectId: session.projectId,
      at: now,
      step: 'logout',
      outcome: 'passed',
      reason: null,
      reader: session.reader.externalId,
      detail: {},
    })
  })
}

/** An administrator ends one session by its `sid`. @throws AppError `not_found` where the project has none such alive. */
export async function endSessionBySid(
  deps: Deps,
  actor: Actor,
  project: Project,
  sid: string,
): Promise<void> {
  const now = deps.clock.now()
  const key = decodeBase64url(sid, 32)
  await deps.database.write(async tx => {
    const row =
      key && (await tx.selectFrom('sessions').select('project_id').where('key', '=', key).executeTakeFirst())
    if (!key || row?.project_id !== project.id || !(await endSession(tx, key, 'administrator', now))) {
      throw new AppError('not_found', `Project ${project.slug} has no open session ${sid}.`)
    }
    const event = { action: 'session.end', projectId: project.id, target: sid, detail: {} }
    await recordAudit(tx, actor, event, now)
  })
}
