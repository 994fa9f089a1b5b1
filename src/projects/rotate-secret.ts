import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { changeSettings } from './change-settings.ts'
import { insertNewSecret, isActive } from './client-secrets.ts'
import type { ClientKind } from './project.ts'
import { listClients, listProjects } from './project-store.ts'
import { requireSecretClient } from './require-client.ts'
import { requireProject } from './update-project.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

export interface RotatedSecret {
  readonly clientId: string
  readonly clientSecret: string
  /** Until when the secrets before it still work, in milliseconds; null where there were none. */
  readonly oldValidUntil: number | null
}

/**
 * Makes a new secret for a client and retires those before it after `grace` milliseconds. Without `clientId` the client is
 * the project's own of that kind.
 * @throws AppError `not_found` for an unknown project or client, `invalid_request` for a client without secrets.
 */
export async function rotateSecret(
  deps: Deps,
  actor: Actor,
  input: { slug: string; kind: ClientKind; clientId?: string | undefined; label: string; grace: number },
): Promise<RotatedSecret> {
  const now = deps.clock.now()
  const expiresAt = now + input.grace
  return await changeSettings(deps.database, actor, now, async tx => {
    const { project, client } = await requireSecretClient(tx, input)
    // A secret that ends sooner already keeps its earlier end.
    const retiring = client.secrets.filter(
      secret => isActive(secret, now) && (secret.expiresAt ?? Infinity) > expiresAt,
    )
    for (const secret of retiring) {
      await tx
        .updateTable('client_secrets')
        .set({ expires_at: expiresAt })
        .where('id', '=', secret.id)
        .execute()
    }
    const clientSecret = await insertNewSecret(tx, client.id, input.label, now)
    const detail = {
      client: input.kind,
      label: input.label,
      hint: clientSecret.slice(-4),
      graceSeconds: input.grace / 1000,
    }
    return {
      result: { clientId: client.id, clientSecret, oldValidUntil: retiring.length > 0 ? expiresAt : null },
      event: { action: 'secret.rotate', projectId: project.id, target: client.id, detail },
    }
  })
}

/** Ends one secret now. @throws AppError `not_found` where the project, or its client `clientId`, has no such secret. */
export async function revokeSecret(
  deps: Deps,
  actor: Actor,
  input: { slug: string; secretId: string; clientId?: string | undefined },
): Promise<void> {
  const now = deps.clock.now()
  await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), input.slug)
    const secret = (await listClients(tx))
      .filter(
        ({ projectId, client }) => projectId === project.id && client.id === (input.clientId ?? client.id),
      )
      .flatMap(candidate => candidate.client.secrets)
      .find(candidate => candidate.id === input.secretId)
    if (!secret) throw new AppError('not_found', `Project ${input.slug} has no secret ${input.secretId}.`)
    if (isActive(secret, now)) {
      await tx.updateTable('client_secrets').set({ expires_at: now }).where('id', '=', secret.id).execute()
    }
    const detail = { clientId: secret.clientId, hint: secret.hint, label: secret.label }
    return {
      result: undefined,
      event: { action: 'secret.revoke', projectId: project.id, target: secret.id, detail },
    }
  })
}
