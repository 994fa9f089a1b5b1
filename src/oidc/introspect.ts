import { toSeconds } from '../platform/clock.ts'
import type { RegisteredClient, Registry } from '../projects/registry.ts'
import { findToken, type TokenDeps } from './find-token.ts'

/**
 * What a token is worth right now (RFC 7662, section 2.2). A client learns nothing about tokens of other projects.
 */
export async function introspect(
  deps: TokenDeps & { readonly registry: Registry },
  client: RegisteredClient,
  presented: string,
): Promise<{ active: boolean } & Record<string, unknown>> {
  const found = await findToken(deps, presented)
  if (found?.session.projectId !== client.project.id) return { active: false }
  const owner = found.kind === 'refresh_token' ? found.token.client_id : String(found.claims.client_id)
  if (!deps.registry.client(owner)) return { active: false }
  const username = found.session.reader.username
  if (found.kind === 'refresh_token') {
    const { client_id, scope, expires_at } = found.token
    return {
      active: true,
      client_id,
      scope,
      exp: toSeconds(expires_at),
      sub: found.session.readerId,
      username,
      iss: deps.issuer,
    }
  }
  return { active: true, token_type: 'Bearer', username, ...found.claims }
}
