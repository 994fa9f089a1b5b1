// The life of a signing key: published, signing, retired, out of the JWKS, deleted. All moments of it are known when
// its successor is published. So nobody switches anything: every process reads from its clock which key signs.
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Seconds for which the JWKS may be cached. */
export const JWKS_MAX_AGE = 300
/** For clocks that differ, and for caches that keep the JWKS longer than they are told. */
const MARGIN = 55 * MINUTE
/** A key signs only when every cache of the JWKS must have seen it. */
export const PUBLISHED_BEFORE_SIGNING = JWKS_MAX_AGE * 1000 + MARGIN
/** The longest that a token of a retired key can live: 1440 minutes, and an hour for clocks that differ. */
export const PUBLISHED_AFTER_SIGNING = DAY + HOUR
/** A key that left the JWKS is still listed for this long, for whoever asks what became of it. */
const LISTED_AFTER_PUBLICATION = 7 * DAY

/** In milliseconds since the epoch. A key is published from its making. */
export interface KeyMoments {
  readonly createdAt: number
  readonly signsFrom: number
  /** When its successor signs, or signed; null for the newest key of an algorithm. */
  readonly retiredAt: number | null
  /** When it was removed in an emergency. */
  readonly removedAt: number | null
}

/**
 * `waiting`: published, signs later; `signing`; `retiring`: signs no longer, still published for the tokens it signed;
 * `retired`: out of the JWKS; `removed`: taken out in an emergency, and so is all that it signed.
 */
export type KeyState = 'waiting' | 'signing' | 'retiring' | 'retired' | 'removed'

export function keyState(key: KeyMoments, now: number): KeyState {
  if (key.removedAt !== null) return 'removed'
  if (key.retiredAt !== null && now >= key.retiredAt) {
    return now < key.retiredAt + PUBLISHED_AFTER_SIGNING ? 'retiring' : 'retired'
  }
  // What was to sign from its making waits for nothing, though a clock was set back since.
  return now < key.signsFrom && key.createdAt < key.signsFrom ? 'waiting' : 'signing'
}

/** When a key leaves the JWKS; null as long as it has no successor. */
export function publishedUntil(key: KeyMoments): number | null {
  if (key.removedAt !== null) return key.removedAt
  return key.retiredAt === null ? null : key.retiredAt + PUBLISHED_AFTER_SIGNING
}

/** Whether a key left the JWKS so long ago that it can be deleted. */
export function isForgotten(key: KeyMoments, now: number): boolean {
  const until = publishedUntil(key)
  return until !== null && now >= until + LISTED_AFTER_PUBLICATION
}

/** Whether a key is in the JWKS, and what it signed is taken. */
export function isPublished(key: KeyMoments, now: number): boolean {
  const state = keyState(key, now)
  return state !== 'retired' && state !== 'removed'
}

/**
 * The one of an algorithm's keys, newest first, that signs. Where the one before was removed, a clock set back may make
 * the newest wait again: then it signs all the same, as it is published, and signing nothing would close every door.
 */
export function signingOf<K extends KeyMoments>(keys: readonly K[], now: number): K | undefined {
  return (
    keys.find(key => keyState(key, now) === 'signing') ??
    keys.find(key => key.retiredAt === null && isPublished(key, now))
  )
}

/** When the successor of an algorithm's newest key is published, so that it signs when the newest has had its days. */
export function rotationDueAt(newest: KeyMoments, rotationDays: number): number {
  return newest.signsFrom + rotationDays * DAY - PUBLISHED_BEFORE_SIGNING
}
