import { RateLimiterMemory } from 'rate-limiter-flexible'
import { AppError } from '../errors.ts'

/**
 * Slows down whoever keeps failing: an address that presented wrong credentials 30 times for one client, or 300 times
 * in all, within a minute waits the minute out. Success costs and counts nothing, and other addresses are not touched.
 * Secrets have 256 bits; this protects the machine and the timeline, so a count per process is enough.
 */
export interface FailureLimits {
  /** @throws AppError `slow_down` with the seconds to wait. */
  check(address: string, clientId: string): Promise<void>
  /** @returns whether this failure was the one that reached the limit. */
  count(address: string, clientId: string): Promise<boolean>
}

const WINDOW = 60

export function createFailureLimits(limits = { perClient: 30, perAddress: 300 }): FailureLimits {
  const perClient = new RateLimiterMemory({ points: limits.perClient, duration: WINDOW })
  const perAddress = new RateLimiterMemory({ points: limits.perAddress, duration: WINDOW })

  return {
    async check(address, clientId) {
      const [ofClient, ofAddress] = await Promise.all([
        perClient.get(`${address} ${clientId}`),
        perAddress.get(address),
      ])
      const waits = [
        (ofClient?.consumedPoints ?? 0) >= limits.perClient ? ofClient!.msBeforeNext : 0,
        (ofAddress?.consumedPoints ?? 0) >= limits.perAddress ? ofAddress!.msBeforeNext : 0,
      ]
      const wait = Math.max(...waits)
      if (wait === 0) return
      throw new AppError('slow_down', 'Too many requests with wrong credentials; wait before the next one.', {
        retryAfter: Math.ceil(wait / 1000),
      })
    },
    async count(address, clientId) {
      const [ofClient, ofAddress] = await Promise.all([
        perClient.penalty(`${address} ${clientId}`),
        perAddress.penalty(address),
      ])
      return ofClient.consumedPoints === limits.perClient || ofAddress.consumedPoints === limits.perAddress
    },
  }
}
