import { hostname } from 'node:os'
import { createFirstLink, linkUrl } from './administrators/hand-out-link.ts'
import { announce, announceInProduction, type FirstLink } from './announce.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import type { Demo } from './demo/demo.ts'
import { systemClock } from './platform/clock.ts'

/** Tells whoever started the server that it listens, and hands them the link of the first administrator. */
export async function sayReady(config: Config, database: Database, demo?: Demo): Promise<void> {
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
