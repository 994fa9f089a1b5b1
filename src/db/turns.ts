/**
 * Who writes next, of several processes on one SQLite file. SQLite lets one write at a time and keeps no queue: without
 * turns each tries again and again, and may lose every time.
 */
export interface Turns {
  /** Waits for this process's turn, `patience` milliseconds at most. @returns whether it came. */
  take(patience: number): Promise<boolean>
  over(): void
}
