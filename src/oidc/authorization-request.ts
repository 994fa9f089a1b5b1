import { AppError } from '../errors.ts'
import type { RegisteredClient, Registry } from '../projects/registry.ts'

/** Error codes that go back to the client (RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, section 3.1.2.6). */
export type AuthorizationErrorCode =
  | 'invalid_request'
  | 'unauthorized_client'
  | 'access_denied'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'login_required'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'

/** An error that may be told at the redirect URI: that one is known to be the client's. */
export class AuthorizationError extends Error {
  readonly code: AuthorizationErrorCode
  constructor(code: AuthorizationErrorCode, sentence: string) {
    super(sentence)
    this.code = code
  }
}

/** An authorization request whose client and redirect URI are known good. */
export interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string | null
  /** Granted scopes with a blank between. */
  readonly scope: string
  readonly nonce: string | null
  readonly codeChallenge: string | null
  readonly prompt: 'none' | 'login' | null
  /** Seconds. */
  readonly maxAge: number | null
  readonly loginHint: string | null
  /** The reader that the application asks for with an `id_token_hint`: nobody else's tokens may be the answer. */
  readonly subject: string | null
}

export type Parameters = Readonly<Record<string, string | string[] | undefined>>

export const SCOPES = ['openid', 'profile', 'email', 'groups', 'offline_access'] as const
const LONGEST = 2048
const LONGEST_HINT = 8192

/**
 * The client of an authorization request and where its answer goes.
 * @throws AppError for a person to read: nothing may be sent to an address that is not known to be the client's.
 */
export function readRedirect(
  registry: Registry,
  parameters: Parameters,
): { client: RegisteredClient; redirectUri: string; state: string | null } {
  const clientId = single(parameters, 'client_id')
  const client = clientId ? registry.client(clientId) : undefined
  if (client?.kind !== 'site') {
    throw refuse('The application that sent you here is not known to this server.', 'client_unknown')
  }
  // Never left out (OpenID Connect Core 1.0, section 3.1.2.1), and exact, character by character (RFC 9700, section 2.1).
  const redirectUri = single(parameters, 'redirect_uri')
  if (redirectUri === undefined || !client.redirectUris.includes(redirectUri)) {
    throw refuse(
      'The application wants its answer at an address that is not registered.',
      'redirect_not_allowed',
      // What is behind the question mark may be somebody's secret.
      { clientId: client.id, redirectUri: (redirectUri ?? '').slice(0, 256).replace(/\?.*/s, '?...') },
    )
  }
  const state = parameters.state
  return { client, redirectUri, state: typeof state === 'string' && state.length <= LONGEST ? state : null }
}

/**
 * Reads the rest of an authorization request; `subject` is who an `id_token_hint` speaks of.
 * @throws AuthorizationError for the client to read.
 */
export function readAuthorizationRequest(
  { client, redirectUri, state }: ReturnType<typeof readRedirect>,
  parameters: Parameters,
  subject: string | null = null,
): AuthorizationRequest {
  refuseRepeatedOrLong(parameters)
  const read = (name: string) => single(parameters, name) || undefined
  if (read('request')) throw new AuthorizationError('request_not_supported', 'Request objects are not taken.')
  if (read('request_uri')) {
    throw new AuthorizationError(
      'request_uri_not_supported',
      'The only request_uri taken is one of our PAR endpoint.',
    )
  }
  if (read('registration'))
    throw new AuthorizationError('registration_not_supported', 'Clients are registered by hand.')

  const responseType = read('response_type')
  if (!responseType)
    throw new AuthorizationError('invalid_request', 'The parameter response_type is missing.')
  if (responseType !== 'code')
    throw new AuthorizationError('unsupported_response_type', 'The response type is code.')
  const responseMode = read('response_mode')
  if (responseMode !== undefined && responseMode !== 'query') {
    throw new AuthorizationError('invalid_request', 'The response mode is query.')
  }

  return {
    clientId: client.id,
    redirectUri,
    state,
    scope: readScope(read('scope')),
    nonce: read('nonce') ?? null,
    codeChallenge: readChallenge(client, read('code_challenge'), read('code_challenge_method')),
    prompt: readPrompt(read('prompt')),
    maxAge: readMaxAge(read('max_age')),
    loginHint: read('login_hint') ?? null,
    subject,
  }
}

function refuseRepeatedOrLong(parameters: Parameters): void {
  for (const [name, value] of Object.entries(parameters)) {
    // A description is ASCII without quotes (RFC 6749, section 4.1.2.1), and the name is anybody's.
    const which = /^[a-z_]{1,40}$/.test(name) ? `The parameter ${name}` : 'A parameter'
    if (Array.isArray(value)) throw new AuthorizationError('invalid_request', `${which} is repeated.`)
    const longest = name === 'id_token_hint' ? LONGEST_HINT : LONGEST
    if (value !== undefined && value.length > longest)
      throw new AuthorizationError('invalid_request', `${which} is longer than ${longest} characters.`)
  }
}

function single(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name]
  return typeof value === 'string' ? value : undefined
}

function refuse(sentence: string, reason: string, detail: Record<string, unknown> = {}): AppError {
  return new AppError('invalid_request', sentence, { reason, detail })
}

/** The scopes that are ours; others are passed over (RFC 6749, section 3.3). */
function readScope(scope: string | undefined): string {
  const asked = new Set((scope ?? '').split(' '))
  if (!asked.has('openid')) throw new AuthorizationError('invalid_scope', 'The scope must have openid in it.')
  return SCOPES.filter(name => asked.has(name)).join(' ')
}

function readChallenge(client: RegisteredClient, challenge?: string, method?: string): string | null {
  if (challenge === undefined && method === undefined) {
    if (client.authMethod === 'none') {
      throw new AuthorizationError('invalid_request', 'A public client must send a code_challenge (PKCE).')
    }
    return null
  }
  if (method !== 'S256') throw new AuthorizationError('invalid_request', 'The code_challenge_method is S256.')
  if (!/^[A-Za-z0-9_-]{43}$/.test(challenge ?? '')) {
    throw new AuthorizationError('invalid_request', 'The code_challenge is not the S256 of a verifier.')
  }
  return challenge!
}

function readPrompt(prompt: string | undefined): 'none' | 'login' | null {
  const values = new Set((prompt ?? '').split(' ').filter(value => value !== ''))
  for (const value of values) {
    if (!['none', 'login', 'consent', 'select_account'].includes(value)) {
      throw new AuthorizationError('invalid_request', 'The parameter prompt has a value that is not known.')
    }
  }
  if (values.has('none')) {
    if (values.size > 1) throw new AuthorizationError('invalid_request', 'The prompt none stands alone.')
    return 'none'
  }
  // There is no consent to give, and an account is chosen where one signs in: at the login URL.
  return values.has('login') || values.has('select_account') ? 'login' : null
}

function readMaxAge(maxAge: string | undefined): number | null {
  if (maxAge === undefined) return null
  if (!/^\d{1,9}$/.test(maxAge))
    throw new AuthorizationError('invalid_request', 'The max_age is not a number of seconds.')
  return Number(maxAge)
}
