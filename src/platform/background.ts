// Work that nobody waits for, except the end of the process.
export interface Background {
  /** Begins; what fails is handed to `onFailure`. */
  start(work: () => Promise<void>): void
  /** Waits for all that was begun. */
  settle(): Promise<void>
}

export function createBackground(onFailure: (error: unknown) => void): Background {
  const running = new Set<Promise<void>>()
  return {
    start(work) {
      const done: Promise<void> = Promise.resolve()
        .then(work)
        .catch(onFailure)
        .finally(() => running.delete(done))
      running.add(done)
    },
    async settle() {
      await Promise.all(running)
    },
  }
}
