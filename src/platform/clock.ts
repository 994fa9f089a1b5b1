/** The one source of time. `now()` is in milliseconds since the epoch; a rule asks once and passes the moment on. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** Seconds that a clock is ahead of the system's, for libraries that ask that one by themselves. */
export function secondsAhead(clock: Clock): number {
  return Math.round((clock.now() - Date.now()) / 1000)
}

/** Seconds since the epoch, as tokens and answers carry them. */
export function toSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}
