import { AppError } from '../errors.ts'
import type { Registry } from '../projects/registry.ts'
import { claimsOfScope, readerClaims } from '../tokens/claims.ts'
import { findToken, type TokenDeps } from './find-token.ts'

/**
 * The claims of the reader whose access token this is, as far as its scopes go (OpenID Connect Core 1.0, section 5.3).
 * @throws AppError `invalid_token` for a token that is not ours, over, or of a session that ended.
 */
export async function userinfo(
  deps: TokenDeps & { registry: Registry },
  accessToken: string,
): Promise<Record<string, unknown>> {
  const found = await findToken(deps, accessToken)
  const project = found && deps.registry.projectById(found.session.projectId)
  if (!project || found.kind !== 'access_token' || !deps.registry.client(String(found.claims.client_id))) {
    throw new AppError('invalid_token', 'The access token is not valid, or its session has ended.')
  }
  const { session, claims } = found
  return claimsOfScope(readerClaims(project, session.readerId, session.reader), String(claims.scope))
}
