// Login tokens that were handed out and shall no longer open anything.
import type { Database } from '../db/database.ts'
import { decodeBase64url } from '../platform/base64url.ts'
import type { Clock } from '../platform/clock.ts'
import { firstKeyAt } from '../platform/one-time-secret.ts'
import type { AuthenticatedClient } from '../projects/client-secrets.ts'
import { LOGIN_TOKEN_LIFE } from './code.ts'
import { buryCode, findCode } from './code-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/** Cancels the login token with this `jti`. @returns false where the application has none that waits. */
export async function cancelLoginToken(
  deps: Deps,
  { client }: AuthenticatedClient,
  id: string,
): Promise<boolean> {
  const key = decodeBase64url(id, 32)
  if (!key) return false
  const now = deps.clock.now()
  return await deps.database.write(async tx => {
    const code = await findCode(tx, key)
    if (code?.clientId !== client.id || code.redeemedAt !== null || now >= code.expiresAt) return false
    await buryCode(tx, key)
    return true
  })
}

/** Cancels all that were made with one application access token and wait. */
export async function cancelLoginTokens(deps: Deps, { secret }: AuthenticatedClient): Promise<void> {
  const from = firstKeyAt(deps.clock.now() - LOGIN_TOKEN_LIFE)
  await deps.database.write(async tx => {
    await tx
      .updateTable('codes')
      .set({ expires_at: 0 })
      .where('key', '>=', from)
      .where('secret_id', '=', secret.id)
      .where('redeemed_at', 'is', null)
      .execute()
  })
}
