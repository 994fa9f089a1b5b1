// The load: journeys repeated over keep-alive connections, one at a time on each, for some seconds.
import { type Connection, openConnection, type Send } from '../test/connection.ts'

/** One piece of work from beginning to end; `n` is different every time. Throws when an answer is wrong. */
export type Journey = (send: Send, n: number) => Promise<void>

export interface Drive {
  /** Journeys that ended well. */
  count: number
  failures: number
  /** What went wrong, each sentence once. */
  problems: string[]
  seconds: number
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
}

export const drive = async (
  origin: string,
  journey: Journey,
  { connections = 32, seconds }: { connections?: number; seconds: number },
): Promise<Drive> => {
  const opened = Array.from({ length: connections }, () => openConnection(origin))
  const durations: number[] = []
  const problems = new Map<string, number>()
  let n = 0
  const start = performance.now()
  const deadline = start + seconds * 1000

  const work = async ({ send }: Connection) => {
    while (performance.now() < deadline) {
      const began = performance.now()
      try {
        await journey(send, n++)
        durations.push(performance.now() - began)
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error)
        problems.set(problem, (problems.get(problem) ?? 0) + 1)
      }
    }
  }

  // A client that sleeps between answers measures how fast the machine wakes it up, so it never sleeps.
  let awake = true
  const stayAwake = () => awake && setImmediate(stayAwake)
  stayAwake()
  await Promise.all(opened.map(work))
  awake = false

  const elapsed = (performance.now() - start) / 1000
  await Promise.all(opened.map(connection => connection.close()))
  durations.sort((a, b) => a - b)
  return {
    count: durations.length,
    failures: [...problems.values()].reduce((sum, times) => sum + times, 0),
    problems: [...problems].map(([problem, times]) => `${times} x ${problem}`),
    seconds: elapsed,
    perSecond: durations.length / elapsed,
    p50: durations[Math.floor(durations.length * 0.5)] ?? Number.NaN,
    p99: durations[Math.floor(durations.length * 0.99)] ?? Number.NaN,
  }
}
