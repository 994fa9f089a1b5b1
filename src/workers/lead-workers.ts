// Several processes on one port and one database file. The leader accepts connections and hands them out in turn, does
// what goes on beside the requests, and keeps the workers running; it answers nobody itself.
import type { Config } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import { createKeyRing } from '../keys/key-ring.ts'
import { wrappingKey } from '../keys/wrap.ts'
import { openLog } from '../open-log.ts'
import { systemClock } from '../platform/clock.ts'
import { sayReady } from '../say-ready.ts'
import { ringForNotices } from '../sessions/notice-bell.ts'
import { startJobs } from '../start-jobs.ts'
import { onStopSignal } from '../stop.ts'
import { createTeam } from './team.ts'

// Milliseconds. Workers end by themselves before (see stop.ts).
const LAST_RESORT = 9_800

/**
 * Migrates the database, starts the workers and keeps them running until this process is told to stop. Resolves when
 * all serve.
 * @throws Error with a sentence for the operator where that cannot be.
 */
export async function leadWorkers(config: Config): Promise<void> {
  const logger = openLog(config)
  const clock = systemClock
  const team = createTeam(config.workers, logger)
  const database = openDatabase(config.databaseUrl, { pool: config.databasePool, turns: team.turns })
  await migrate(database, clock.now())
  // A wrong GATEPASS_SECRET is found before there is anybody to find it.
  await createKeyRing(database, clock, wrappingKey(config.secret)).signingKey('ES256')
  const jobs = startJobs(config, { database, clock, logger })
  team.hear('notices', ringForNotices)

  async function end(code: number): Promise<void> {
    setTimeout(() => {
      team.kill()
      process.exit(code)
    }, LAST_RESORT).unref()
    await Promise.all([team.stop(), jobs.stop()])
    await database.close()
    process.exit(code)
  }
  onStopSignal(config, () => end(0))
  team.onLost(why => {
    process.stderr.write(`gatepass: ${why}\n`)
    void end(1)
  })

  try {
    await team.start()
  } catch (error) {
    await Promise.all([team.stop(), jobs.stop()])
    await database.close()
    throw error
  }
  await sayReady(config, database)
}
