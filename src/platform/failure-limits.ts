import { RateLimiterMemory } from 'rate-limiter-flexible'
import { type Neighbours, noNeighbours } from './neighbours.ts'

/**
 * Slows down whoever keeps failing: an address that presented wrong credentials 30 times for one client, or 300 times
 * in all, within a minute waits the minute out. Success costs and counts nothing, and other addresses are not touched.
 * The workers of a machine tell each other every failure and count as one. Secrets have 256 bits; this protects the
 * machine and the timeline, so a count per machine is enough.
 */
export interface FailureLimits {
  /** Seconds that this address has to wait before it is served for this client; 0: it is served. */
  wait(address: string, clientId: string): Promise<number>
  /** Counts a failure. @returns whether it was the one that reached a limit. */
  count(address: string, clientId: string): Promise<boolean>
}

/** Seconds. */
const WINDOW = 60

export function createFailureLimits(
  limits = { perClient: 30, perAddress: 300 },
  duration = WINDOW,
  { topic, neighbours }: { topic: string; neighbours: Neighbours } = { topic: '', neighbours: noNeighbours },
): FailureLimits {
  const perClient = new RateLimiterMemory({ keyPrefix: 'client', points: limits.perClient, duration })
  const perAddress = new RateLimiterMemory({
    keyPrefix: 'address',
    points: limits.perAddress,
    duration,
  })
  // Asked before every request with credentials: where nobody has failed lately, there is nothing to look up.
  let nothingCountedFrom = 0
  const note = (address: string, clientId: string) => {
    nothingCountedFrom = performance.now() + duration * 1000
    return Promise.all([perClient.penalty(`${address} ${clientId}`), perAddress.penalty(address)])
  }
  neighbours.hear(topic, ([address, clientId]) => void note(String(address), String(clientId)))

  return {
    async wait(address, clientId) {
      if (performance.now() >= nothingCountedFrom) return 0
      const [client, all] = await Promise.all([
        perClient.get(`${address} ${clientId}`),
        perAddress.get(address),
      ])
      const ofClient = client && client.consumedPoints >= limits.perClient ? client.msBeforeNext : 0
      const ofAll = all && all.consumedPoints >= limits.perAddress ? all.msBeforeNext : 0
      return Math.ceil(Math.max(ofClient, ofAll) / 1000)
    },
    async count(address, clientId) {
      neighbours.tell(topic, [address, clientId])
      const [client, all] = await note(address, clientId)
      return client.consumedPoints === limits.perClient || all.consumedPoints === limits.perAddress
    },
  }
}
