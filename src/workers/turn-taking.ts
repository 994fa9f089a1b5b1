import type { Turns } from '../db/turns.ts'

/** Gives one of many the turn, in the order in which they asked. */
export interface TurnTaking<T> {
  ask(who: T): void
  /** Ends a turn, or the wait for one. */
  over(who: T): void
}

export function createTurnTaking<T>(grant: (who: T) => void): TurnTaking<T> {
  let waiting: T[] = []
  let holder: T | undefined

  function next(): void {
    holder = waiting.shift()
    if (holder !== undefined) grant(holder)
  }

  return {
    ask(who) {
      waiting.push(who)
      if (holder === undefined) next()
    },
    over(who) {
      waiting = waiting.filter(other => other !== who)
      if (holder === who) next()
    },
  }
}

/**
 * The end of the line of one who takes turns: `ask` and `over` go to whoever gives them, `granted` comes back. Where a
 * turn comes after all to somebody who gave up, two may write at once: SQLite lets one of them, and the other tries again.
 */
export function turnsBy(line: { ask(): void; over(): void }): Turns & { granted(): void } {
  let arrived: ((came: boolean) => void) | undefined
  return {
    granted() {
      arrived?.(true)
    },
    take(patience) {
      return new Promise(resolve => {
        const timer = setTimeout(() => {
          line.over()
          arrived?.(false)
        }, patience)
        arrived = came => {
          clearTimeout(timer)
          arrived = undefined
          resolve(came)
        }
        line.ask()
      })
    },
    over: () => line.over(),
  }
}
