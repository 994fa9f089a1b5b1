import { buildApp } from './app.ts'
import type { Config } from './config.ts'
import { openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { openDemo } from './demo/demo.ts'
import { listen } from './listen.ts'
import { openLog } from './open-log.ts'
import { systemClock } from './platform/clock.ts'
import { sayReady } from './say-ready.ts'
import { startJobs } from './start-jobs.ts'
import { onStopSignal, stopWhenTold } from './stop.ts'

/** One process that does everything. */
export async function serveAlone(config: Config): Promise<void> {
  const logger = openLog(config)
  const database = openDatabase(config.databaseUrl, { pool: config.databasePool })
  await migrate(database, systemClock.now())
  const deps = { database, clock: systemClock, logger }
  const demo = await openDemo({ config, database, clock: systemClock })
  const app = await buildApp({ ...deps, config, demo })
  const jobs = startJobs(config, deps)
  const finish = async () => {
    await jobs.stop()
    await database.close()
  }
  stopWhenTold(app, stop => onStopSignal(config, stop), finish)
  await listen(app, config)
  await sayReady(config, database, demo)
}
