// Projects, clients, secrets and groups as the hot path needs them: in memory, found by what a request carries.
// Other processes and the command line change the same database, so the registry asks for the settings version
// before every request and reads everything anew when it has moved.

import type { Handle } from '../db/handle.ts'
import { settingsVersion } from '../db/settings-version.ts'
import { type Client, type ClientSecret, hasSite, type Project } from './project.ts'
import { listClients, listProjects } from './project-store.ts'

export interface RegisteredClient extends Client {
  readonly project: Project
}

export interface Registry {
  /** Makes the answers below those of this moment. Nothing to wait for: nothing has changed. */
  refresh(): Promise<void> | undefined
  projects(): readonly Project[]
  projectById(id: string): Project | undefined
  projectBySlug(slug: string): Project | undefined
  /** The project whose site answers to this Host. */
  projectByHost(host: string): Project | undefined
  client(id: string): RegisteredClient | undefined
  /** The application whose access token has this SHA-256, retired or not. */
  application(hash: Uint8Array): { client: RegisteredClient; secret: ClientSecret } | undefined
  clientsOf(projectId: string): readonly RegisteredClient[]
}

export function createRegistry(db: Handle): Registry {
  let version = 0
  let known = index([], [])

  async function read(current: number): Promise<void> {
    // The version is read first: a change in between shows as a newer version next time, never as a missed one.
    // And everything is swapped in one step: a request beside this one sees all of the old or all of the new.
    known = index(await listProjects(db), await listClients(db))
    version = current
  }

  return {
    refresh() {
      const current = settingsVersion(db)
      if (current === version) return undefined
      return typeof current === 'number'
        ? read(current)
        : current.then(found => (found === version ? undefined : read(found)))
    },
    projects: () => known.projects,
    projectById: id => known.byId.get(id),
    projectBySlug: slug => known.bySlug.get(slug),
    projectByHost: host => known.byHost.get(host),
    client: id => known.clients.get(id),
    application: hash => known.applications.get(Buffer.from(hash).toString('hex')),
    clientsOf: projectId => [...known.clients.values()].filter(client => client.project.id === projectId),
  }
}

function index(projects: readonly Project[], listed: readonly { client: Client; projectId: string }[]) {
  const byId = new Map(projects.map(project => [project.id, project]))
  const clients = new Map<string, RegisteredClient>()
  const applications = new Map<string, { client: RegisteredClient; secret: ClientSecret }>()
  for (const { client, projectId } of listed) {
    const project = byId.get(projectId)
    if (!project) continue
    const registered = { ...client, project }
    clients.set(client.id, registered)
    if (client.kind !== 'application') continue
    for (const secret of client.secrets) {
      applications.set(Buffer.from(secret.hash).toString('hex'), { client: registered, secret })
    }
  }
  return {
    projects,
    byId,
    bySlug: new Map(projects.map(project => [project.slug, project])),
    byHost: new Map(projects.filter(hasSite).map(project => [project.siteHost, project])),
    clients,
    applications,
  }
}
