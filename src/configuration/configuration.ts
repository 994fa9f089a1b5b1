// Configuration as code: what a file wants, what is there, and the changes that lead from one to the other. A file is
// read (`read-configuration.ts`), compared (`plan-configuration.ts`), made true (`apply-configuration.ts`) and written
// (`export-configuration.ts`); no door is known here.
import type { Handle } from '../db/handle.ts'
import type { Client, Project, ProjectSettings } from '../projects/project.ts'
import { listClients, listProjects } from '../projects/project-store.ts'
import type { ClientSettings } from '../projects/site-clients.ts'
import type { Path } from './file-problem.ts'

/** What a file says; a setting that it does not name is not there. */
export interface Wanted {
  readonly projects: readonly WantedProject[]
}

export interface WantedProject {
  readonly at: Path
  readonly slug: string
  readonly settings: Partial<Omit<ProjectSettings, 'slug'>>
  readonly groups: readonly WantedGroup[]
  /** The client that a project is made with. */
  readonly siteClient: { readonly at: Path; readonly settings: ClientSettings } | undefined
  readonly clients: readonly WantedClient[]
}

export interface WantedGroup {
  readonly at: Path
  readonly slug: string
  readonly name: string | undefined
}

export interface WantedClient {
  readonly at: Path
  readonly name: string
  readonly settings: ClientSettings
}

/** A project as it stands, with its site clients, the oldest first: that is the project's own. */
export interface CurrentProject {
  readonly project: Project
  readonly clients: readonly Client[]
}

export type Fields = Readonly<Record<string, { readonly from?: unknown; readonly to?: unknown }>>

/** One step from what is there to what is wanted. */
export interface Change {
  readonly action: 'create' | 'update' | 'delete'
  /** `siteClient` is the client that a project is made with, `client` another one. */
  readonly kind: 'project' | 'group' | 'siteClient' | 'client'
  /** Slug of the project. */
  readonly project: string
  /** A project's or group's slug, a client's name. */
  readonly name: string
  /** Of what is there already. */
  readonly id: string | null
  /** What changes; of something new `to` alone, of something deleted nothing. */
  readonly fields: Fields
}

/** Everything there is. */
export async function currentConfiguration(db: Handle): Promise<CurrentProject[]> {
  const clientsOf = Map.groupBy(await listClients(db), ({ projectId }) => projectId)
  return (await listProjects(db)).map(project => ({
    project,
    clients: (clientsOf.get(project.id) ?? [])
      .map(({ client }) => client)
      .filter(({ kind }) => kind === 'site'),
  }))
}

/** Whether two values of settings say the same; names of an object come in any order. */
export function sameValue(a: unknown, b: unknown): boolean {
  return a === b || canonical(a) === canonical(b)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))
      : inner,
  )
}
