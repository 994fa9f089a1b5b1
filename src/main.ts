import { hostname } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { type DestinationStream, pino } from 'pino'
import { createFirstLink, linkUrl } from './accounts/hand-out-link.ts'
import { announce, announceInProduction, type FirstLink } from './announce.ts'
import { buildApp } from './app.ts'
import { startRollUp } from './audit/roll-up-sign-ins.ts'
import type { Config } from './config.ts'
import { type Database, openDatabase } from './db/database.ts'
import { migrate } from './db/migrate.ts'
import { startPurge } from './db/purge.ts'
import { openDemo } from './demo/demo.ts'
import { createKeyRing } from './keys/key-ring.ts'
import { startKeyRotation } from './keys/rotate-when-due.ts'
import { wrappingKey } from './keys/wrap.ts'
import { startNoticeDelivery } from './oidc/deliver-logout-notices.ts'
import { systemClock } from './platform/clock.ts'
import { createOutboundFetch } from './platform/outbound-fetch.ts'
import { createRegistry } from './projects/registry.ts'
import { stopWhenTold } from './stop.ts'

/**
 * Runs the server until it is told to stop: opens and migrates the database, listens, and on SIGTERM or SIGINT answers
 * what it accepted, closes the database and ends with 0.
 */
export async function serve(config: Config): Promise<void> {
  const logger = pino(
    { level: config.logLevel },
    pino.destination({ dest: 1, sync: false }) as DestinationStream,
  )
  const database = openDatabase(config.databaseUrl, { pool: config.databasePool })
  await migrate(database, systemClock.now())
  const demo = await openDemo({ config, database, clock: systemClock })
  const app = await buildApp({ config, database, clock: systemClock, logger, demo })
  const purge = startPurge(database, systemClock, config.attemptDays, logger)
  const rollUp = startRollUp(database, systemClock, logger)
  const rotation = startKeyRotation(
    { database, wrapping: wrappingKey(config.secret), rotationDays: config.keyRotationDays },
    systemClock,
    logger,
  )
  const notices = startNoticeDelivery({
    database,
    clock: systemClock,
    registry: createRegistry(database.read),
    keys: createKeyRing(database, systemClock, wrappingKey(config.secret)),
    issuer: config.issuer,
    fetch: createOutboundFetch(config),
    logger,
  })

  stopWhenTold(app, config, async () => {
    await Promise.all([purge.stop(), rollUp.stop(), rotation.stop(), notices.stop()])
    await database.close()
  })

  const listeningAt = await listen(app, config)
  const link = await firstLink(config, database)
  process.stdout.write(
    config.production
      ? announceInProduction(link, systemClock.now())
      : announce(config, demo, listeningAt, link),
  )
}

/** For whoever started this: it makes them the first administrator. */
async function firstLink({ issuer }: Config, database: Database): Promise<FirstLink | undefined> {
  const actor = { name: 'gatepass', origin: `${hostname()}:${process.pid}` }
  const link = await createFirstLink({ database, clock: systemClock }, actor)
  return link && { url: linkUrl(issuer, link), expiresAt: link.expiresAt }
}

/** Opens the port. @throws Error with a sentence for the operator where it can't be had. */
async function listen(app: FastifyInstance, { host, port }: Config): Promise<string> {
  try {
    await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw new Error(whyNotListening((error as NodeJS.ErrnoException).code, host, port), { cause: error })
  }
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function whyNotListening(code: string | undefined, host: string, port: number): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: another program, perhaps another Gatepass, listens there. Stop it, or set PORT to a free one.`
    case 'EACCES':
      return `Port ${port} on ${host} needs rights that this user does not have. Set PORT to one above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `HOST is ${JSON.stringify(host)}, which is no address of this machine. Use 0.0.0.0, localhost, or an address that it has.`
    default:
      return `The server cannot listen on ${host}, port ${port} (${code}).`
  }
}
