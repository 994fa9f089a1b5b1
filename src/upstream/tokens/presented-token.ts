import type { OutboundFetch } from '../../platform/outbound-fetch.ts'
import type { Identity, IdentityProvider } from '../identity-provider.ts'
import type { ProviderKeys } from './provider-keys.ts'

/** Types of tokens (RFC 8693, section 3). `jwt` says how a token is written, and is taken as an ID token. */
export const tokenTypes = {
  idToken: 'urn:ietf:params:oauth:token-type:id_token',
  accessToken: 'urn:ietf:params:oauth:token-type:access_token',
  jwt: 'urn:ietf:params:oauth:token-type:jwt',
} as const

export type PresentedType = (typeof tokenTypes)[keyof typeof tokenTypes]

/** A provider's token, as somebody brings it. */
export interface PresentedToken {
  readonly token: string
  readonly type: PresentedType
}

/** Whom a token speaks of. */
export interface Identified {
  readonly identity: Identity
  /** When they proved to the provider who they are, in milliseconds, where it says so. */
  readonly authTime?: number
}

export interface TokenDeps {
  readonly fetch: OutboundFetch
  readonly keys: ProviderKeys
  /** The secret of our application at the provider. @throws AppError `provider_secret_wrong` where there is none. */
  secretOf(provider: IdentityProvider): string
}

export function isIdToken({ type }: PresentedToken): boolean {
  return type !== tokenTypes.accessToken
}

/** Seconds of a claim as milliseconds. */
export function readAuthTime(claims: Readonly<Record<string, unknown>>): { authTime?: number } {
  const seconds = claims.auth_time ?? claims.iat
  return typeof seconds === 'number' ? { authTime: Math.floor(seconds * 1000) } : {}
}
