// A logout notice is the word that a session at an OpenID Connect client has ended, waiting until its site has taken it
// (OpenID Connect Back-Channel Logout 1.0). Written in the transaction that ends the session: neither without the other.

export interface LogoutNotice {
  readonly id: string
  readonly projectId: string
  readonly clientId: string
  readonly readerId: string
  /** The session that ended, as its ID token names it. */
  readonly sid: string | null
  /** The sign-in that opened the session: deliveries are steps of it. */
  readonly traceId: string
  readonly createdAt: number
  /** How often the site was asked so far. */
  readonly tries: number
  /** When it is tried next, in milliseconds; null: never again. */
  readonly dueAt: number | null
  readonly claimedUntil: number | null
  readonly deliveredAt: number | null
  /** Why the last try failed. */
  readonly lastProblem: string | null
}

export type NoticeState = 'pending' | 'delivered' | 'given_up'

export function stateOfNotice(notice: Pick<LogoutNotice, 'dueAt' | 'deliveredAt'>): NoticeState {
  if (notice.deliveredAt !== null) return 'delivered'
  return notice.dueAt === null ? 'given_up' : 'pending'
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const PAUSES = [10 * SECOND, 30 * SECOND, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR]
const KEPT_TRYING = 24 * HOUR
/** A site may refuse for want of a new key or for its clock; what it refused so often it refuses for good. */
const REFUSALS = 4

/**
 * When to try again after try number `tries` failed at `now`, or null: given up, a day after the session ended, or
 * where the site keeps refusing. Up to a fifth sooner or later, so that what failed together does not return together.
 * @param random from 0 to 1
 */
export function nextTry(
  notice: Pick<LogoutNotice, 'createdAt'>,
  tries: number,
  refused: boolean,
  now: number,
  random: number,
): number | null {
  if (refused && tries >= REFUSALS) return null
  const pause = PAUSES[Math.min(tries, PAUSES.length) - 1]!
  const at = Math.round(now + pause * (0.8 + 0.4 * random))
  return at > notice.createdAt + KEPT_TRYING ? null : at
}
