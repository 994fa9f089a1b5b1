// What `npm start` shows a newcomer: a project that serves our own documentation, a customer application whose login
// endpoint pushes its users, as any customer's does, and a second site that speaks OpenID Connect. All exist in
// development alone, on a database that was empty when it began. The two applications (customer.ts and support.ts with
// what they import) know nothing of Gatepass but what their developers would: an address, a client ID and a secret.
import { hostname } from 'node:os'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { Door } from '../http/doors.ts'
import type { Clock } from '../platform/clock.ts'
import { callbackUrl } from '../projects/project.ts'
import { createCredentials, type DemoCredentials } from './demo-credentials.ts'
import { type DemoAddresses, openDemoProject } from './demo-project.ts'
import { openSupportClient } from './support-client.ts'

export interface Demo extends DemoAddresses {
  /** The Hosts at which the applications answer. */
  readonly hosts: ReadonlyMap<string, Door>
  readonly callbackUrl: string
  /** The customer's, for making codes. */
  readonly credentials: DemoCredentials
  /** The second site's, for redeeming them. */
  readonly support: { readonly clientId: string; readonly credentials: DemoCredentials }
  readonly clock: Clock
}

/**
 * Makes the demo, or finds the one that an earlier start made; undefined where there is to be none: in production, with
 * GATEPASS_DEMO=off, and on a database that holds projects of its own.
 */
export async function openDemo(options: {
  config: Config
  database: Database
  clock: Clock
}): Promise<Demo | undefined> {
  const { config, database, clock } = options
  if (!config.demo) return undefined
  const addresses = {
    siteUrl: new URL(`http://demo.localhost:${config.port}`).origin,
    customerUrl: new URL(`http://customer.localhost:${config.port}`).origin,
    supportUrl: new URL(`http://support.localhost:${config.port}`).origin,
  }
  const actor = { name: 'demo', origin: `${hostname()}:${process.pid}` }
  const project = await openDemoProject({ database, clock, issuer: config.issuer }, actor, addresses)
  if (!project) return undefined
  const deps = { database, clock }
  const clientId = await openSupportClient(deps, actor, project, addresses)
  return {
    // The owner may have moved the site elsewhere; the applications stay where this server listens.
    ...addresses,
    siteUrl: project.siteUrl,
    hosts: new Map([
      [new URL(addresses.customerUrl).host, 'customer'],
      [new URL(addresses.supportUrl).host, 'support'],
    ]),
    callbackUrl: callbackUrl(project),
    credentials: createCredentials(deps, actor, { slug: project.slug, kind: 'login' }),
    support: {
      clientId,
      credentials: createCredentials(deps, actor, { slug: project.slug, kind: 'site', clientId }),
    },
    clock,
  }
}
