// A session is what a redeemed code opened: at a site that Gatepass serves (a cookie), or at one that runs elsewhere
// (tokens). It ends by its time, by logout, by a replay of its code, or with its reader.
import type { Reader } from '../readers/reader.ts'

/** `central`: at the identity server, in one browser; `site`: of a site served here; `tokens`: of one elsewhere. */
export type SessionKind = 'site' | 'tokens' | 'central'
/** Why a session ended before its time. */
export type EndReason = 'logout' | 'expired' | 'replaced' | 'code_reused' | 'revoked' | 'administrator'

export interface Session {
  /** Time-ordered, 32 bytes: the row's key. Nothing that could be presented can be computed from it. */
  readonly key: Buffer
  readonly projectId: string
  readonly readerId: string
  readonly kind: SessionKind
  readonly traceId: string
  readonly createdAt: number
  readonly expiresAt: number
  /** The central session that it came of, and that ends with it in a sign-off. */
  readonly centralKey: Buffer | null
  /** The OpenID Connect client that is told when it ends. */
  readonly clientId: string | null
  /** When the reader proved who they are, in milliseconds. */
  readonly authTime: number
}

export interface LiveSession extends Session {
  readonly reader: Reader
}

/** The session's public ID, `sid` in tokens (OpenID Connect Back-Channel Logout 1.0, section 2.1). */
export function sidOf(key: Buffer): string {
  return key.toString('base64url')
}
