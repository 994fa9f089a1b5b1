// What `npm start` shows a newcomer: a project that serves our own documentation, and a customer application whose
// login endpoint pushes its users, as any customer's does. Both exist in development alone, on a database that was
// empty when it began. The customer application (customer.ts and what it imports) knows nothing of Gatepass but what
// customers know: an address to post to, a client ID and a client secret.
import { hostname } from 'node:os'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../platform/clock.ts'
import { callbackUrl } from '../projects/project.ts'
import { createCredentials, type DemoCredentials } from './demo-credentials.ts'
import { type DemoAddresses, openDemoProject } from './demo-project.ts'

export interface Demo extends DemoAddresses {
  /** The Host at which the customer application answers. */
  readonly customerHost: string
  readonly callbackUrl: string
  readonly credentials: DemoCredentials
}

/**
 * Makes the demo, or finds the one that an earlier start made; undefined where there is to be none: in production, with
 * GATEPASS_DEMO=off, and on a database that holds projects of its own.
 */
export async function openDemo(deps: {
  config: Config
  database: Database
  clock: Clock
}): Promise<Demo | undefined> {
  const { config, database, clock } = deps
  if (!config.demo) return undefined
  const addresses = {
    siteUrl: new URL(`http://demo.localhost:${config.port}`).origin,
    customerUrl: new URL(`http://customer.localhost:${config.port}`).origin,
  }
  const actor = { name: 'demo', origin: `${hostname()}:${process.pid}` }
  const project = await openDemoProject({ database, clock, issuer: config.issuer }, actor, addresses)
  if (!project) return undefined
  return {
    // The owner may have moved the site elsewhere; the customer application stays where this server listens.
    siteUrl: project.siteUrl,
    customerUrl: addresses.customerUrl,
    customerHost: new URL(addresses.customerUrl).host,
    callbackUrl: callbackUrl(project),
    credentials: createCredentials({ database, clock }, actor, project.slug),
  }
}
