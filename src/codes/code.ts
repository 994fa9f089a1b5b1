// A code is the handoff itself: made for a reader that a login endpoint pushed, redeemed once by a site.
import type { SsoStandard } from '../db/tables.ts'

export const CODE_LIFE = 60_000
/** A login token's: it may wait in an application for longer (contract, section 5). */
export const LOGIN_TOKEN_LIFE = 300_000

export interface Code {
  readonly key: Uint8Array
  readonly projectId: string
  readonly clientId: string
  /** The secret that pushed it: retired since, the code is worth nothing. Null where none was used. */
  readonly secretId: string | null
  readonly readerId: string
  readonly validityMinutes: number
  /** By which the reader was vouched for: switched since, the code is worth nothing. */
  readonly standard: SsoStandard
  /** Where on the site to land, already checked. */
  readonly redirectPath: string | null
  /** S256 challenge (RFC 7636) of the browser that asked; null: bound to none. */
  readonly codeChallenge: string | null
  readonly traceId: string
  readonly expiresAt: number
  readonly redeemedAt: number | null
  /** The session that redeeming it opened. */
  readonly sessionKey: Uint8Array | null
  /** What the authorization endpoint granted; null for a code that was pushed. */
  readonly authorization: Authorization | null
  /** The account session that it came of; null for one that did not come of the central login page. */
  readonly centralKey: Uint8Array | null
}

/** The grant behind a code of the authorization endpoint (RFC 6749, section 4.1). */
export interface Authorization {
  readonly clientId: string
  readonly redirectUri: string
  readonly scope: string
  readonly nonce: string | null
  /** `sid` of the central session that it came of. */
  readonly centralSid: string
}
