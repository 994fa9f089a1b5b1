// What goes on beside the requests: purging, counting, rotating keys, delivering logout notices. Any number of processes
// may do all of it on one database; on one machine one process is enough, and is the one that answers nobody.
import type { Logger } from 'pino'
import { startRollUp } from './audit/roll-up-sign-ins.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { createKeyRing } from './keys/key-ring.ts'
import { startKeyRotation } from './keys/rotate-when-due.ts'
import { wrappingKey } from './keys/wrap.ts'
import { startNoticeDelivery } from './oidc/deliver-logout-notices.ts'
import type { Clock } from './platform/clock.ts'
import { createOutboundFetch } from './platform/outbound-fetch.ts'
import { createRegistry } from './projects/registry.ts'
import { startPurge } from './purge.ts'

/** Starts all of it. @returns what ends it, and resolves when nothing is under way any more. */
export function startJobs(
  config: Config,
  { database, clock, logger }: { database: Database; clock: Clock; logger: Logger },
): { stop(): Promise<void> } {
  const wrapping = wrappingKey(config.secret)
  const jobs = [
    startPurge(database, clock, config.attemptDays, logger),
    startRollUp(database, clock, logger),
    startKeyRotation({ database, wrapping, rotationDays: config.keyRotationDays }, clock, logger),
    startNoticeDelivery({
      database,
      clock,
      registry: createRegistry(database.read),
      keys: createKeyRing(database, clock, wrapping),
      issuer: config.issuer,
      fetch: createOutboundFetch(config),
      logger,
    }),
  ]
  return { stop: async () => void (await Promise.all(jobs.map(job => job.stop()))) }
}
