// Projects, clients, secrets and groups as the hot path needs them: in memory, found by what a request carries.
// Other processes and the command line change the same database, so the registry asks for the settings version
// before every request and reads everything anew when it has moved.

import type { Handle } from '../db/handle.ts'
import { settingsVersion } from '../db/settings-version.ts'
import type { Client, Project } from './project.ts'
import { listClients, listProjects } from './project-store.ts'

export interface RegisteredClient extends Client {
  readonly project: Project
}

export interface Registry {
  /** Makes the answers below those of this moment. */
  refresh(): Promise<void>
  projects(): readonly Project[]
  projectById(id: string): Project | undefined
  projectBySlug(slug: string): Project | undefined
  /** The project whose site answers to this Host. */
  projectByHost(host: string): Project | undefined
  client(id: string): RegisteredClient | undefined
  clientsOf(projectId: string): readonly RegisteredClient[]
}

export function createRegistry(db: Handle): Registry {
  let version = 0
  let projects: readonly Project[] = []
  let byId = new Map<string, Project>()
  let bySlug = new Map<string, Project>()
  let byHost = new Map<string, Project>()
  let clients = new Map<string, RegisteredClient>()

  async function load(): Promise<void> {
    projects = await listProjects(db)
    byId = new Map(projects.map(project => [project.id, project]))
    bySlug = new Map(projects.map(project => [project.slug, project]))
    byHost = new Map(projects.map(project => [project.siteHost, project]))
    clients = new Map()
    for (const { client, projectId } of await listClients(db)) {
      const project = byId.get(projectId)
      if (project) clients.set(client.id, { ...client, project })
    }
  }

  return {
    async refresh() {
      const current = await settingsVersion(db)
      if (current === version) return
      // Read the version first: a change in between then shows as a newer version next time, never as a missed one.
      await load()
      version = current
    },
    projects: () => projects,
    projectById: id => byId.get(id),
    projectBySlug: slug => bySlug.get(slug),
    projectByHost: host => byHost.get(host),
    client: id => clients.get(id),
    clientsOf: projectId => [...clients.values()].filter(client => client.project.id === projectId),
  }
}
