import cluster from 'node:cluster'
import { hostname } from 'node:os'
import { createFirstLink, linkUrl } from './accounts/hand-out-link.ts'
import { announce, announceInProduction, type FirstLink } from './announce.ts'
import { buildApp } from './app.ts'
import type { Config } from './config.ts'
import { type Database, openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { type Demo, openDemo } from './demo/demo.ts'
import { listen } from './listen.ts'
import { openLog } from './open-log.ts'
import { systemClock } from './platform/clock.ts'
import { startJobs } from './start-jobs.ts'
import { onStopSignal, stopWhenTold } from './stop.ts'
import { leadWorkers } from './workers/lead-workers.ts'
import { work } from './workers/work.ts'

/**
 * Runs the server until it is told to stop: opens and migrates the database, listens, and on SIGTERM or SIGINT answers
 * what it accepted, closes the database and ends with 0. With several workers this process leads them, and serves nobody.
 */
export async function serve(config: Config): Promise<void> {
  if (cluster.isWorker) return await work(config)
  const logger = openLog(config)
  if (config.workers > 1) return await sayReady(config, await leadWorkers(config, logger))
  const database = openDatabase(config.databaseFile)
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

async function sayReady(config: Config, database: Database, demo?: Demo): Promise<void> {
  const link = await firstLink(config, database)
  process.stdout.write(
    config.production ? announceInProduction(link, systemClock.now()) : announce(config, demo, link),
  )
}

/** For whoever started this: it makes them the first administrator. */
async function firstLink({ issuer }: Config, database: Database): Promise<FirstLink | undefined> {
  const actor = { name: 'gatepass', origin: `${hostname()}:${process.pid}` }
  const link = await createFirstLink({ database, clock: systemClock }, actor)
  return link && { url: linkUrl(issuer, link), expiresAt: link.expiresAt }
}
