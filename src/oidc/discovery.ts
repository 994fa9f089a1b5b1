import { SCOPE } from '../tokens/issue-tokens.ts'

/**
 * Provider metadata (OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2), as far as it is served.
 * Codes come from code generation; an authorization endpoint is not among them yet.
 */
export function discoveryDocument(issuer: string): Record<string, unknown> {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    userinfo_endpoint: `${issuer}/oauth/userinfo`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    scopes_supported: SCOPE.split(' '),
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256', 'EdDSA', 'RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    claims_supported: [
      ...['iss', 'aud', 'sub', 'exp', 'iat', 'auth_time', 'jti', 'sid'],
      ...['name', 'given_name', 'family_name', 'preferred_username', 'email', 'groups'],
    ],
  }
}
