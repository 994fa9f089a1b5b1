// What needs an administrator, found by looking at what is stored: nobody has to remember to raise an alarm, and what
// was mended is gone at the next look. One file for each thing that is watched.

export type AttentionKind =
  | 'secret_ending'
  | 'secret_superseded'
  | 'secret_unused'
  | 'retired_secret_sent'
  | 'key_due'
  | 'key_overdue'
  | 'codes_failing'
  | 'swaps_failing'
  | 'authorizations_failing'
  | 'readers_not_returning'
  | 'too_many_codes'
  | 'logout_undelivered'
  | 'logout_given_up'
  | 'mail_failing'
  | 'jwt_off'
  | 'site_folder_missing'
  | 'certificate_ending'

/** `error`: readers are turned away, or stay in who should be out; `warning`: they will be; `notice`: worth knowing. */
export type Severity = 'error' | 'warning' | 'notice'

export interface AttentionItem {
  readonly kind: AttentionKind
  readonly severity: Severity
  /** What is the matter, in one sentence. */
  readonly sentence: string
  /** What to do about it. */
  readonly detail: string
  /** Since when, in milliseconds since the epoch; null where nobody knows. */
  readonly since: number | null
  /** Null: it concerns the installation. */
  readonly projectId: string | null
  /** A sign-in that shows it. */
  readonly traceId: string | null
}

const order: readonly Severity[] = ['error', 'warning', 'notice']

/** The most urgent first, and of those the newest. */
export function byUrgency(a: AttentionItem, b: AttentionItem): number {
  return order.indexOf(a.severity) - order.indexOf(b.severity) || (b.since ?? 0) - (a.since ?? 0)
}

/** `20 hours`, `3 days`, `1 minute`: rounded down, never less than a minute. */
export function inWords(milliseconds: number): string {
  const minutes = Math.max(1, Math.floor(milliseconds / 60_000))
  if (minutes < 120) return count(minutes, 'minute')
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? count(hours, 'hour') : count(Math.floor(hours / 24), 'day')
}

/** `1 time`, `2 times`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`
}
