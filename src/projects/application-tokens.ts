// Application access tokens (contract, section 5): secrets of a project's application client, which is made with the
// first of them. A program sends one by itself, without a client ID, and gets login tokens for its readers.
import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../platform/clock.ts'
import { changeSettings } from './change-settings.ts'
import { insertNamedSecret } from './client-secrets.ts'
import { newClient, newClientId } from './create-project.ts'
import { ownClient } from './own-client.ts'
import type { ClientSecret } from './project.ts'
import { listClients, listProjects } from './project-store.ts'
import type { Registry } from './registry.ts'
import { requireProject } from './update-project.ts'

export interface IssuedApplicationToken {
  readonly id: string
  /** Shown this once. */
  readonly token: string
  /** When it stops working by itself, in milliseconds; null: not by itself. */
  readonly expiresAt: number | null
}

/** @throws AppError `not_found` for an unknown project, `invalid_request` for the label. */
export async function createApplicationToken(
  deps: { readonly database: Database; readonly clock: Clock },
  actor: Actor,
  input: { slug: string; label: string; life: number | null },
): Promise<IssuedApplicationToken> {
  const now = deps.clock.now()
  const expiresAt = input.life === null ? null : now + input.life
  return await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), input.slug)
    const ofProject = (await listClients(tx)).filter(({ projectId }) => projectId === project.id)
    const before = ownClient(
      ofProject.map(({ client }) => client),
      'application',
    )
    const clientId = before?.id ?? newClientId('application', now)
    if (!before) {
      await tx
        .insertInto('clients')
        .values(newClient(clientId, project.id, 'application', now))
        .execute()
    }
    const { id, secret: token } = await insertNamedSecret(tx, clientId, input.label, now, expiresAt)
    const detail = {
      label: input.label,
      hint: token.slice(-4),
      ...(input.life !== null && { lifeSeconds: input.life / 1000 }),
    }
    return {
      result: { id, token, expiresAt },
      event: { action: 'application-token.create', projectId: project.id, target: id, detail },
    }
  })
}

/** A project's application access tokens, also those that are over; the oldest first. */
export function applicationTokensOf(registry: Registry, projectId: string): readonly ClientSecret[] {
  return registry
    .clientsOf(projectId)
    .filter(({ kind }) => kind === 'application')
    .flatMap(({ secrets }) => secrets)
}
