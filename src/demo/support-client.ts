import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../platform/clock.ts'
import type { Client, Project } from '../projects/project.ts'
import { listClients } from '../projects/project-store.ts'
import {
  type ClientSettings,
  createSiteClient,
  deleteSiteClient,
  updateSiteClient,
} from '../projects/site-clients.ts'
import type { DemoAddresses } from './demo-project.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/**
 * The OpenID Connect client of the demo's second site: made at the first start, brought to the port of this one at
 * others. Several processes may call it at once; all find the same one. @returns its client ID.
 */
export async function openSupportClient(
  deps: Deps,
  actor: Actor,
  project: Project,
  addresses: DemoAddresses,
): Promise<string> {
  const settings = settingsAt(addresses)
  const found = await findOldest(deps, project)
  if (!found) {
    const made = await createSiteClient(deps, actor, project.slug, settings)
    const oldest = (await findOldest(deps, project))?.id ?? made.clientId
    // Another process that started beside this one was first.
    if (oldest !== made.clientId) await deleteSiteClient(deps, actor, project.slug, made.clientId)
    return oldest
  }
  if (isOutdated(found, settings)) await updateSiteClient(deps, actor, project.slug, found.id, settings)
  return found.id
}

function settingsAt({ supportUrl, customerUrl }: DemoAddresses) {
  return {
    name: 'Northwind Support',
    redirectUris: [`${supportUrl}/callback`],
    // As at the documentation, signing out leads on to Northwind's own sign-out.
    postLogoutRedirectUris: [`${customerUrl}/logout`],
    backchannelLogoutUri: `${supportUrl}/backchannel-logout`,
  } satisfies ClientSettings
}

/** Ours is the one that answers at the support host, whatever its owner calls it. IDs are in order of time. */
async function findOldest(deps: Deps, project: Project): Promise<Client | undefined> {
  const ours = (await listClients(deps.database.read))
    .filter(({ projectId, client }) => projectId === project.id && client.redirectUris.some(isSupport))
    .map(({ client }) => client)
  return ours.sort((a, b) => (a.id < b.id ? -1 : 1))[0]
}

function isSupport(url: string): boolean {
  return URL.parse(url)?.hostname === 'support.localhost'
}

function isOutdated(client: Client, settings: ReturnType<typeof settingsAt>): boolean {
  return (
    client.redirectUris[0] !== settings.redirectUris[0] ||
    client.postLogoutRedirectUris[0] !== settings.postLogoutRedirectUris[0] ||
    client.backchannelLogoutUri !== settings.backchannelLogoutUri
  )
}
