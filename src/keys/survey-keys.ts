import type { Handle } from '../db/handle.ts'
import type { SigningAlgorithm } from '../db/tables.ts'
import { type KeyState, keyState, publishedUntil, rotationDueAt } from './key-schedule.ts'
import { type ListedKey, listKeys } from './key-store.ts'

export interface SurveyedKey extends ListedKey {
  readonly state: KeyState
  /** When it leaves, or left, the JWKS; null as long as it has no successor. */
  readonly publishedUntil: number | null
}

/** The keys of one algorithm, newest first, and what becomes of them. */
export interface KeySurvey {
  readonly algorithm: SigningAlgorithm
  readonly keys: readonly SurveyedKey[]
  /** The one without a successor, which a rotation retires. */
  readonly newest: SurveyedKey | undefined
  /** When the next key is published by the calendar; null: not before it is done by hand. */
  readonly dueAt: number | null
}

/** Every algorithm that has keys, as it stands at `now`. `rotationDays` 0: no rotation by the calendar. */
export async function surveyKeys(db: Handle, rotationDays: number, now: number): Promise<KeySurvey[]> {
  const all = (await listKeys(db)).map(key => ({
    ...key,
    state: keyState(key, now),
    publishedUntil: publishedUntil(key),
  }))
  return [...Map.groupBy(all, key => key.algorithm)]
    .map(([algorithm, keys]) => {
      const newest = keys.find(key => key.retiredAt === null && key.removedAt === null)
      const dueAt = newest && rotationDays > 0 ? rotationDueAt(newest, rotationDays) : null
      return { algorithm, keys, newest, dueAt }
    })
    .sort((one, other) => one.algorithm.localeCompare(other.algorithm))
}
