import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { changeSettings } from './change-settings.ts'
import { insertNewSecret } from './client-secrets.ts'
import { newClient, newClientId } from './create-project.ts'
import { listClients, listProjects, updateProject } from './project-store.ts'
import { requireProject } from './update-project.ts'

/**
 * Gives a project whose JWT configuration was deleted a new one: a login client with a first secret, and JWT sign-in on
 * where that is the project's standard.
 * The secret is nowhere else from here on.
 * @throws AppError `not_found`, and `conflict` where the project has a login client.
 */
export async function createJwt(
  deps: { readonly database: Database; readonly clock: Clock },
  actor: Actor,
  slug: string,
): Promise<{ clientId: string; clientSecret: string }> {
  const now = deps.clock.now()
  return await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), slug)
    const clients = (await listClients(tx)).filter(({ projectId }) => projectId === project.id)
    if (clients.some(({ client }) => client.kind === 'login')) {
      throw new AppError('conflict', `Project ${slug} has a JWT configuration already.`)
    }
    const clientId = newClientId('login', now)
    await tx
      .insertInto('clients')
      .values(newClient(clientId, project.id, 'login', now))
      .execute()
    const clientSecret = await insertNewSecret(tx, clientId, 'first', now)
    // The switch is that of the standard in use, which may be another one.
    const jwtEnabled = project.standard === 'jwt' || project.jwtEnabled
    await updateProject(tx, project.id, project.siteHost, { ...project, jwtEnabled }, now)
    const event = { action: 'jwt.create', projectId: project.id, target: clientId, detail: {} }
    return { result: { clientId, clientSecret }, event }
  })
}
