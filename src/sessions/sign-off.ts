// Sign-off: what ends together, and who is told. Every way to end a session before its time leads through here.
//
// A central session takes all that came of it along. A session of a site that Gatepass serves is the face of the
// central one: signing out there signs out everywhere. A session at an OpenID Connect client ends alone, because the
// client may let go of its tokens while the reader stays signed in elsewhere.
//
// Somebody who signed in at the central login page has one account session for every project: it is central to what came
// of it, central sessions included, and ends with them.
import { markAccountSessionEnded } from '../accounts/account-sessions.ts'
import type { Handle } from '../db/handle.ts'
import { enqueueNotices } from './notice-store.ts'
import type { EndReason } from './session.ts'
import {
  findSession,
  joinCentral,
  markSessionEnded,
  markSessionsOfCentralEnded,
  moveToCentral,
} from './session-store.ts'

/** Ends a session and what ends with it, and leaves word for the sites. @returns whether it was open until now. */
export async function endSession(
  tx: Handle,
  key: Uint8Array,
  reason: EndReason,
  now: number,
): Promise<boolean> {
  const ended = await markSessionEnded(tx, key, reason, now)
  if (!ended) return false
  // A client that gave its tokens back knows, and may have reasons to keep its own session.
  if (reason !== 'revoked') await enqueueNotices(tx, [ended], now)
  if (ended.kind === 'central') await endWhatCameOf(tx, key, reason, now)
  if (ended.kind !== 'tokens' && ended.centralKey) await endCentralSession(tx, ended.centralKey, reason, now)
  return true
}

/**
 * A reader signs in at a site in a browser that has a session there already: it ends. Where it was the same reader's,
 * the new one takes its place in the central session; where it was another's, they are signed off.
 * @returns the central session that the new one belongs to.
 */
export async function endReplacedSession(
  tx: Handle,
  key: Uint8Array,
  readerId: string,
  now: number,
): Promise<Buffer | null> {
  const before = await findSession(tx, key)
  if (before?.kind !== 'site' || before.readerId !== readerId || !before.centralKey) {
    await endSession(tx, key, 'replaced', now)
    return null
  }
  return (await markSessionEnded(tx, key, 'replaced', now)) ? before.centralKey : null
}

/** A newer central session of the same reader in the same browser takes over what came of the one before. */
export async function succeedCentralSession(
  tx: Handle,
  before: Uint8Array,
  successor: Uint8Array,
  now: number,
): Promise<void> {
  await moveToCentral(tx, before, successor)
  await markSessionEnded(tx, before, 'replaced', now)
}

/**
 * A site has a new session of the same reader, who has signed in at the central login page anew: what the session
 * before it belonged to belongs to the new account session.
 */
export async function succeedAccountSession(
  tx: Handle,
  before: Uint8Array,
  successor: Uint8Array,
): Promise<void> {
  // Either a central session of this project, or an account session before this one.
  await joinCentral(tx, before, successor)
  if (!(await findSession(tx, before))) await moveToCentral(tx, before, successor)
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
  const ended = await markSessionEnded(tx, centralKey, reason, now)
  await markAccountSessionEnded(tx, centralKey, reason, now)
  await endWhatCameOf(tx, centralKey, reason, now)
  if (ended?.centralKey) await endCentralSession(tx, ended.centralKey, reason, now)
}

async function endWhatCameOf(
  tx: Handle,
  centralKey: Uint8Array,
  reason: EndReason,
  now: number,
): Promise<void> {
  const ended = await markSessionsOfCentralEnded(tx, centralKey, reason, now)
  await enqueueNotices(tx, ended, now)
  for (const { kind, key } of ended) if (kind === 'central') await endWhatCameOf(tx, key, reason, now)
}
