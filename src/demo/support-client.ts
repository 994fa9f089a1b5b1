import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../platform/clock.ts'
import type { Client, Project } from '../projects/project.ts'
import { listClients } from '../projects/project-store.ts'
import { type ClientSettings, createSiteClient, updateSiteClient } from '../projects/site-clients.ts'
import { type DemoAddresses, unlessTaken } from './demo-project.ts'

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
  const found = await findOurs(deps, project)
  if (!found) {
    await unlessTaken(() => createSiteClient(deps, actor, project.slug, settings, isOurs))
    return (await findOurs(deps, project))!.id
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

async function findOurs(deps: Deps, project: Project): Promise<Client | undefined> {
  const clients = (await listClients(deps.database.read)).filter(({ projectId }) => projectId === project.id)
  return clients.find(({ client }) => isOurs(client))?.client
}

/** The one that answers at the support host, whatever its owner calls it. */
function isOurs({ redirectUris }: Client): boolean {
  return redirectUris.some(url => URL.parse(url)?.hostname === 'support.localhost')
}

function isOutdated(client: Client, settings: ReturnType<typeof settingsAt>): boolean {
  return (
    client.redirectUris[0] !== settings.redirectUris[0] ||
    client.postLogoutRedirectUris[0] !== settings.postLogoutRedirectUris[0] ||
    client.backchannelLogoutUri !== settings.backchannelLogoutUri
  )
}
