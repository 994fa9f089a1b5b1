/** The one source of time. `now()` is in milliseconds since the epoch; a rule asks once and passes the moment on. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** Seconds since the epoch, as tokens and answers carry them. */
export function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}
