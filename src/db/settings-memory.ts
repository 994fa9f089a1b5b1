// What a process remembers of the settings version: asked before every request, it is a large part of the cheap ones.

/** How long, in milliseconds, a change that another node made may go unnoticed. */
export const SETTINGS_AGE = 500

export interface SettingsMemory {
  /** The version, as old as this memory lets it be; answered at once where `ask` answers at once. */
  current(ask: () => Promise<number> | number): Promise<number> | number
  /** A transaction moves the version. */
  moved(): void
  /** That transaction is over: what was moved in it counts from now on. */
  settle(): void
}

/**
 * For a file: good for the requests that one turn of the event loop brings. All of them had arrived before the first of
 * them asked, so that none misses what was changed before it was sent.
 */
export function rememberForTurn(): SettingsMemory {
  let known: Promise<number> | number | undefined
  const forget = () => {
    known = undefined
  }
  return {
    current(ask) {
      if (known === undefined) {
        known = ask()
        setImmediate(forget)
      }
      return known
    },
    moved() {},
    settle: forget,
  }
}

/** For a server, where asking costs a way over the network: at most `age` old, and any number of calls at once share one question. */
export function rememberForMoments(age = SETTINGS_AGE): SettingsMemory {
  let known: { version: number; until: number } | undefined
  let asking: Promise<number> | undefined
  let moving = false

  return {
    async current(ask) {
      if (known && performance.now() < known.until) return known.version
      if (asking) return await asking
      const until = performance.now() + age
      const mine = Promise.resolve(ask())
      asking = mine
      try {
        const version = await mine
        // An answer that was under way while a change was committed may be of before.
        if (asking === mine) known = { version, until }
        return version
      } finally {
        if (asking === mine) asking = undefined
      }
    },
    moved() {
      moving = true
    },
    settle() {
      if (!moving) return
      moving = false
      known = undefined
      asking = undefined
    },
  }
}
