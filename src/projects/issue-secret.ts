import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../platform/clock.ts'
import { changeSettings } from './change-settings.ts'
import { insertNewSecret } from './client-secrets.ts'
import type { ClientKind } from './project.ts'
import { requireSecretClient } from './require-client.ts'

export interface IssuedSecret {
  readonly clientId: string
  readonly clientSecret: string
  /** When it stops working by itself, in milliseconds since the epoch. */
  readonly expiresAt: number
}

/**
 * Makes a secret beside those that a client has, which all keep working; it ends by itself after `life` milliseconds.
 * Without `clientId` the client is the project's own of that kind.
 * @throws AppError `not_found` for an unknown project or client.
 */
export async function issueSecret(
  deps: { readonly database: Database; readonly clock: Clock },
  actor: Actor,
  input: { slug: string; kind: ClientKind; clientId?: string; label: string; life: number },
): Promise<IssuedSecret> {
  const now = deps.clock.now()
  const expiresAt = now + input.life
  return await changeSettings(deps.database, actor, now, async tx => {
    const { project, client } = await requireSecretClient(tx, input)
    const clientSecret = await insertNewSecret(tx, client.id, input.label, now, expiresAt)
    const detail = {
      client: input.kind,
      label: input.label,
      hint: clientSecret.slice(-4),
      lifeSeconds: input.life / 1000,
    }
    return {
      result: { clientId: client.id, clientSecret, expiresAt },
      event: { action: 'secret.issue', projectId: project.id, target: client.id, detail },
    }
  })
}
