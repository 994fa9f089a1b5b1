import type { Clock } from '../src/platform/clock.ts'

/** A clock that stands still until the test moves it. */
export class TestClock implements Clock {
  #now = Date.UTC(2025, 10, 22, 9, 0, 0)

  now(): number {
    return this.#now
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds
  }

  seconds(count: number): void {
    this.advance(count * 1000)
  }

  minutes(count: number): void {
    this.advance(count * 60_000)
  }
}
