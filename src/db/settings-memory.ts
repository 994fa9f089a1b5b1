// What a node remembers of the settings version where asking costs a way over the network.

/** How long, in milliseconds, a change that another node made may go unnoticed. */
export const SETTINGS_AGE = 500

export interface SettingsMemory {
  /** The version, at most `SETTINGS_AGE` old; any number of calls at once share one question. */
  current(ask: () => Promise<number>): Promise<number>
  /** A transaction moves the version. */
  moved(): void
  /** That transaction is over: what was moved in it counts from now on. */
  settle(): void
}

export function createSettingsMemory(age = SETTINGS_AGE): SettingsMemory {
  let known: { version: number; until: number } | undefined
  let asking: Promise<number> | undefined
  let moving = false

  return {
    async current(ask) {
      if (known && performance.now() < known.until) return known.version
      if (asking) return await asking
      const until = performance.now() + age
      const mine = ask()
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
