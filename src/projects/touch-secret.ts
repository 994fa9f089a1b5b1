import { type Handle, prepare } from '../db/handle.ts'
import type { ClientSecret } from './project.ts'

const PRECISION = 60_000
const lastTouched = new WeakMap<ClientSecret, number>()

const update = prepare<{ id: string; now: number }>()((db, place) =>
  db.updateTable('client_secrets').set({ last_used_at: place.now }).where('id', '=', place.id),
)

/** Notes that a secret was used, to the minute: an update per request would write a page for nothing. */
export async function touchSecret(tx: Handle, secret: ClientSecret, now: number): Promise<void> {
  const before = lastTouched.get(secret) ?? secret.lastUsedAt ?? 0
  if (now - before < PRECISION) return
  await update.all(tx, { id: secret.id, now })
  lastTouched.set(secret, now)
}
