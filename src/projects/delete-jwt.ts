import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { changeSettings } from './change-settings.ts'
import { listClients, listProjects, updateProject } from './project-store.ts'
import { refuseStale } from './refuse-stale.ts'
import { requireProject } from './update-project.ts'

/**
 * Deletes a project's login client with its secrets and switches JWT sign-in off: no code can be made, and none that
 * was made is taken. Addresses and other settings stay, and so do readers who are signed in, until their sessions end.
 * @throws AppError `not_found` for an unknown project or one without a login client, and `precondition_failed` where the
 * project is no longer at `expectedVersion`.
 */
export async function deleteJwt(
  deps: { readonly database: Database; readonly clock: Clock },
  actor: Actor,
  slug: string,
  expectedVersion?: number,
): Promise<void> {
  const now = deps.clock.now()
  await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), slug)
    refuseStale(`Project ${slug}`, project, expectedVersion)
    const ids = (await listClients(tx))
      .filter(({ projectId, client }) => projectId === project.id && client.kind === 'login')
      .map(({ client }) => client.id)
    if (ids.length === 0) throw new AppError('not_found', `Project ${slug} has no JWT configuration.`)
    await tx.deleteFrom('client_secrets').where('client_id', 'in', ids).execute()
    await tx.deleteFrom('clients').where('id', 'in', ids).execute()
    // Readers who sign in by another standard go on doing so.
    const jwtEnabled = project.standard !== 'jwt' && project.jwtEnabled
    await updateProject(tx, project.id, project.siteHost, { ...project, jwtEnabled }, now)
    const event = { action: 'jwt.delete', projectId: project.id, target: ids.join(' '), detail: {} }
    return { result: undefined, event }
  })
}
