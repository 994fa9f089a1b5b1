import type { AddressInfo } from 'node:net'
import { type DestinationStream, pino } from 'pino'
import { buildApp } from './app.ts'
import type { Config } from './config.ts'
import { openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { startPurge } from './db/purge.ts'
import { systemClock } from './platform/clock.ts'

const STOP_PATIENCE = 9_000

/**
 * Runs the server until it is told to stop: opens and migrates the database, listens, and on SIGTERM or SIGINT answers
 * what it accepted, closes the database and ends with 0.
 */
export async function serve(config: Config): Promise<void> {
  const logger = pino(
    { level: config.logLevel },
    pino.destination({ dest: 1, sync: false }) as DestinationStream,
  )
  const database = openDatabase(config.databaseFile)
  await migrate(database, systemClock.now())
  const app = await buildApp({ config, database, clock: systemClock, logger })
  const purge = startPurge(database, systemClock, config.attemptDays, logger)

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    // Whoever holds a request open for longer than this is cut off.
    setTimeout(() => process.exit(0), STOP_PATIENCE).unref()
    await purge.stop()
    await app.close()
    await database.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)

  await app.listen({ host: config.host, port: config.port })
  void (app.server.address() as AddressInfo)
}
