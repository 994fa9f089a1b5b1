// Sign-off: what ends together, and who is told. Every way to end a session before its time leads through here.
//
// A central session takes all that came of it along. A session of a site that Gatepass serves is the face of the
// central one: signing out there signs out everywhere. A session at an OpenID Connect client ends alone, because the
// client may let go of its tokens while the reader stays signed in elsewhere.
import type { Handle } from '../db/handle.ts'
import { enqueueNotices } from './notice-store.ts'
import type { EndReason } from './session.ts'
import { markSessionEnded, markSessionsOfCentralEnded } from './session-store.ts'

/** Ends a session and what ends with it, and leaves word for the sites. @returns whether it was open until now. */
export async function endSession(
  tx: Handle,
  key: Uint8Array,
  reason: EndReason,
  now: number,
): Promise<boolean> {
  const ended = await markSessionEnded(tx, key, reason, now)
  if (!ended) return false
  await enqueueNotices(tx, [ended], now)
  if (ended.kind === 'central') await endWhatCameOf(tx, key, reason, now)
  // A newer sign-in in the same browser takes the place of the site's session and leaves the others be.
  if (ended.kind === 'site' && ended.centralKey && reason !== 'replaced') {
    await endCentralSession(tx, ended.centralKey, reason, now)
  }
  return true
}

/**
 * Ends a central session and every session that came of it, and leaves word for their sites: sign-off.
 * What is open still ends also where the central session itself is over.
 */
export async function endCentralSession(
  tx: Handle,
  centralKey: Uint8Array,
  reason: EndReason,
  now: number,
): Promise<void> {
  await markSessionEnded(tx, centralKey, reason, now)
  await endWhatCameOf(tx, centralKey, reason, now)
}

async function endWhatCameOf(
  tx: Handle,
  centralKey: Uint8Array,
  reason: EndReason,
  now: number,
): Promise<void> {
  await enqueueNotices(tx, await markSessionsOfCentralEnded(tx, centralKey, reason, now), now)
}
