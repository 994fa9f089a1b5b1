import { type KeyMoments, keyState, rotationDueAt } from '../keys/key-schedule.ts'
import type { ListedKey } from '../keys/key-store.ts'
import { type AttentionItem, inWords } from './attention.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** The schedule advances every minute: what is due for an hour is not going to be done. */
const OVERDUE = HOUR
const SOON = 3 * DAY
/** Where keys are rotated by hand alone. */
const OLD = 365 * DAY

/** Signing keys that are to be followed soon, or should have been. `rotationDays`: 0 where that is done by hand alone. */
export function watchKeys(keys: readonly ListedKey[], rotationDays: number, now: number): AttentionItem[] {
  const newest = keys.filter(key => key.retiredAt === null && keyState(key, now) === 'signing')
  return newest.flatMap(key => judge(key, rotationDays, now) ?? [])
}

function judge(key: ListedKey, rotationDays: number, now: number): AttentionItem | undefined {
  const about = { projectId: null, traceId: null }
  const called = `The ${key.algorithm} signing key`
  if (rotationDays === 0) {
    if (now - key.signsFrom < OLD) return undefined
    return {
      ...about,
      kind: 'key_due',
      severity: 'notice',
      sentence: `${called} has signed for ${inWords(now - key.signsFrom)}, and is not rotated by itself.`,
      detail: 'Run `gatepass key rotate`, or set KEY_ROTATION_DAYS to the days that a key is to sign.',
      since: key.signsFrom + OLD,
    }
  }
  const dueAt = rotationDueAt(key as KeyMoments, rotationDays)
  if (now >= dueAt + OVERDUE) {
    return {
      ...about,
      kind: 'key_overdue',
      severity: 'warning',
      sentence: `${called} should have got a successor ${inWords(now - dueAt)} ago.`,
      detail: 'Look for "rotating the signing keys failed" in the log; by hand: `gatepass key rotate`.',
      since: dueAt,
    }
  }
  if (now < dueAt - SOON) return undefined
  return {
    ...about,
    kind: 'key_due',
    severity: 'notice',
    sentence: `${called} gets a successor by itself ${now >= dueAt ? 'now' : `in ${inWords(dueAt - now)}`}.`,
    detail: 'Nothing to do, unless a site keeps a copy of the key set: it must fetch the new one.',
    since: null,
  }
}
