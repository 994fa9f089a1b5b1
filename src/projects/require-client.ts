import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Client, ClientKind, Project } from './project.ts'
import { listClients, listProjects } from './project-store.ts'
import { requireProject } from './update-project.ts'

/** A client of a project that proves itself by a secret: the one with this ID, else the project's own of that kind. */
export async function requireSecretClient(
  tx: Handle,
  wanted: { readonly slug: string; readonly kind: ClientKind; readonly clientId?: string | undefined },
): Promise<{ project: Project; client: Client }> {
  const { slug, kind, clientId } = wanted
  const project = requireProject(await listProjects(tx), slug)
  // A project's own clients are its oldest, so without an ID the first of the kind is meant.
  const found = (await listClients(tx)).find(
    ({ projectId, client }) =>
      projectId === project.id && client.kind === kind && client.id === (clientId ?? client.id),
  )
  if (!found)
    throw new AppError('not_found', `Project ${slug} has no client ${clientId ?? `of kind ${kind}`}.`)
  const { client } = found
  if (client.authMethod === 'client_secret') return { project, client }
  throw new AppError(
    'invalid_request',
    `Client ${client.id} has no secret: it authenticates by ${client.authMethod}.`,
  )
}
