import type { RegisteredClient } from '../projects/registry.ts'
import { endSession } from '../sessions/sign-off.ts'
import { findToken, type TokenDeps } from './find-token.ts'

/**
 * Revokes a token of the client, and with it the session that both its tokens live in (RFC 7009, section 2.1). A token
 * that is unknown, or another client's, changes nothing: the answer is the same (section 2.2).
 */
export async function revoke(deps: TokenDeps, client: RegisteredClient, presented: string): Promise<void> {
  const found = await findToken(deps, presented)
  if (!found) return
  const owner = found.kind === 'refresh_token' ? found.token.client_id : found.claims.client_id
  if (owner !== client.id) return
  const now = deps.clock.now()
  await deps.database.write(tx => endSession(tx, found.session.key, 'revoked', now))
}
