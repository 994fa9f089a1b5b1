// The load: journeys repeated side by side, each waiting for its answers, as many as there are connections.

/** One reader's sign-in. `timed` measures one step of it. Throws where an answer is wrong. */
export type Journey = (reader: number, timed: Timed) => Promise<void>
export type Timed = <T>(step: Step, work: () => Promise<T>) => Promise<T>

/** Code generation, the swap, a look whether the session stands; `whole`: all three. */
export const steps = ['code', 'swap', 'session', 'whole'] as const
export type Step = (typeof steps)[number]

export interface Drive {
  /** Sign-ins that ended well. */
  readonly handoffs: number
  readonly perSecond: number
  readonly failures: number
  /** What went wrong, each sentence once, the most frequent first; ten at most. */
  readonly problems: readonly { readonly sentence: string; readonly times: number }[]
  readonly seconds: number
  /** Milliseconds that half, 95 and 99 of 100 took at most; null where there is nothing to tell from. */
  readonly latencies: Readonly<Record<Step, Percentiles>>
  /** How much of one core making the load took, 0 to 1: near 1 the load was the limit and not the server. */
  readonly ownCore: number
}

export interface Percentiles {
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
}

export interface Bounds {
  readonly connections: number
  readonly seconds: number
  /** Sign-ins, whatever time is left. */
  readonly most: number
  /** Ends it early. */
  readonly signal: AbortSignal
}

/** Different people; the next round brings them again. */
const READERS = 5_000
const MOST_PROBLEMS = 10

/** @param tell called about once a second with what was done so far. */
export async function drive(
  journey: Journey,
  { connections, seconds, most, signal }: Bounds,
  tell: (soFar: { seconds: number; handoffs: number }) => void,
): Promise<Drive> {
  const durations: Record<Step, number[]> = { code: [], swap: [], session: [], whole: [] }
  const problems = new Map<string, number>()
  const began = performance.now()
  const cpuBefore = process.cpuUsage()
  const elapsed = () => (performance.now() - began) / 1000
  let next = 0
  let failures = 0

  const timed: Timed = async (step, work) => {
    const from = performance.now()
    const result = await work()
    durations[step].push(performance.now() - from)
    return result
  }
  async function work(): Promise<void> {
    while (!signal.aborted && elapsed() < seconds && next < most) {
      try {
        await timed('whole', () => journey(next++ % READERS, timed))
      } catch (error) {
        failures++
        const sentence = (error as Error).message
        problems.set(sentence, (problems.get(sentence) ?? 0) + 1)
        // Where everything fails there is nothing to measure, and no reason to go on as fast as one can.
        if (failures > 100 && durations.whole.length === 0) return
      }
    }
  }

  const telling = setInterval(() => tell({ seconds: elapsed(), handoffs: durations.whole.length }), 1000)
  await Promise.all(Array.from({ length: connections }, work))
  clearInterval(telling)

  const took = elapsed()
  const { user, system } = process.cpuUsage(cpuBefore)
  const handoffs = durations.whole.length
  return {
    handoffs,
    perSecond: handoffs / took,
    failures,
    problems: [...problems]
      .map(([sentence, times]) => ({ sentence, times }))
      .sort((a, b) => b.times - a.times)
      .slice(0, MOST_PROBLEMS),
    seconds: took,
    latencies: Object.fromEntries(
      steps.map(step => [step, percentiles(durations[step])]),
    ) as Drive['latencies'],
    ownCore: Math.min(1, (user + system) / 1e6 / took),
  }
}

export function percentiles(durations: number[]): Percentiles {
  durations.sort((a, b) => a - b)
  const at = (share: number) => {
    const found = durations[Math.ceil(durations.length * share) - 1]
    return found === undefined ? null : Math.round(found * 10) / 10
  }
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
}
