// What is special about a code that the authorization endpoint granted: it belongs to one client and one redirect URI,
// and lives on the central session that it came of.
import type { Handle } from '../db/handle.ts'
import { decodeBase64url } from '../platform/base64url.ts'
import type { LiveSession } from '../sessions/session.ts'
import { findLiveSession } from '../sessions/session-store.ts'
import type { Authorization } from './code.ts'
import type { Redemption, Refusal } from './redemption.ts'

/** The longest that offline access lasts without the reader: as long as the longest session may. */
const OFFLINE = 1440 * 60_000

/** Why this client may not redeem it, or undefined where it may (RFC 6749, section 4.1.3). */
export function checkAuthorization(redemption: Redemption, granted: Authorization): Refusal | undefined {
  if (redemption.clientId !== granted.clientId) return 'code_other_client'
  return redemption.redirectUri === granted.redirectUri ? undefined : 'redirect_not_allowed'
}

/** The central session that it came of, while that lives. */
export async function centralOf(
  tx: Handle,
  granted: Authorization,
  now: number,
): Promise<LiveSession | undefined> {
  const key = decodeBase64url(granted.centralSid, 32)
  return key && (await findLiveSession(tx, key, now))
}

/** When the session of its tokens ends, in milliseconds: with the central one, or later with offline access. */
export function endOf(granted: Authorization, central: LiveSession): number {
  return granted.scope.split(' ').includes('offline_access') ? central.authTime + OFFLINE : central.expiresAt
}
