import type { AuditEvent } from '../audit/audit-log.ts'
import type { Handle } from '../db/handle.ts'
import { insertNewSecret, isActive } from '../projects/client-secrets.ts'
import { createProjectIn, type NewProject } from '../projects/create-project.ts'
import type { Client, ClientKind, Project, ProjectSettings } from '../projects/project.ts'
import { createGroupIn, deleteGroupIn, renameGroupIn } from '../projects/reader-groups.ts'
import {
  type ClientSettings,
  createSiteClientIn,
  deleteSiteClientIn,
  updateSiteClientIn,
} from '../projects/site-clients.ts'
import { deleteProjectIn, updateProjectIn } from '../projects/update-project.ts'
import type { Change, CurrentProject } from './configuration.ts'

/** A secret that was made with a project or client. */
export interface NewSecret {
  readonly project: string
  readonly kind: Exclude<ClientKind, 'application'>
  /** Of the client; empty for those that a project is made with. */
  readonly name: string
  readonly clientId: string
  readonly clientSecret: string
}

interface Done {
  readonly events: readonly AuditEvent[]
  readonly secrets: readonly NewSecret[]
}

type Owner = Pick<Project, 'id' | 'slug' | 'groups' | 'pathRules'>

/** Makes planned changes one after the other, by the rules that every other door uses, inside one transaction. */
export function createExecution(tx: Handle, current: readonly CurrentProject[], issuer: string, now: number) {
  const projects = new Map(current.map(({ project }) => [project.slug, project]))
  const clients = new Map(current.flatMap(each => each.clients.map(client => [client.id, client])))
  const owners = new Map<string, Owner>(projects)
  /** Site clients of the projects that were made here. */
  const ownClients = new Map<string, string>()

  async function changeProject({ action, project: slug, fields }: Change): Promise<Done> {
    if (action === 'create') {
      // Where readers sign in here, a file has no login URL.
      const input = { slug, loginUrl: '', ...wantedOf<Partial<ProjectSettings>>(fields) } as NewProject
      const { result, event } = await createProjectIn(tx, issuer, input, now)
      owners.set(slug, { id: result.id, slug, groups: [], pathRules: input.pathRules ?? [] })
      ownClients.set(slug, result.siteClientId)
      const { clientId, clientSecret, siteClientId, siteClientSecret } = result
      const secrets = [
        { project: slug, kind: 'login', name: '', clientId, clientSecret },
        { project: slug, kind: 'site', name: '', clientId: siteClientId, clientSecret: siteClientSecret },
      ] as const
      return { events: [event], secrets }
    }
    const project = projects.get(slug)!
    if (action === 'delete') return { events: [(await deleteProjectIn(tx, project, now)).event], secrets: [] }
    const settings = wantedOf<Partial<ProjectSettings>>(fields)
    owners.set(slug, { ...project, ...settings })
    return { events: [(await updateProjectIn(tx, issuer, project, settings, now)).event], secrets: [] }
  }

  async function changeGroup({ action, project: slug, name: groupSlug, id, fields }: Change): Promise<Done> {
    const owner = owners.get(slug)!
    const { name = groupSlug } = wantedOf<{ name?: string }>(fields)
    const group = owner.groups.find(each => each.id === id)
    const change = !group
      ? createGroupIn(tx, owner, { slug: groupSlug, name }, now)
      : action === 'delete'
        ? deleteGroupIn(tx, owner, group)
        : renameGroupIn(tx, owner, group, name)
    return { events: [(await change).event], secrets: [] }
  }

  async function changeClient(change: Change): Promise<Done> {
    const { action, kind, project, name, id, fields } = change
    const owner = owners.get(project)!
    const settings = wantedOf<ClientSettings>(fields)
    if (action === 'delete')
      return { events: [(await deleteSiteClientIn(tx, owner.id, id!)).event], secrets: [] }
    const made = kind === 'siteClient' && id === null ? ownClients.get(project) : undefined
    if (made !== undefined) {
      const fresh = { id: made, authMethod: 'client_secret', jwks: null, version: 1 } as const
      return { events: [(await updateSiteClientIn(tx, owner.id, fresh, settings)).event], secrets: [] }
    }
    const before = id === null ? undefined : clients.get(id)
    if (before) {
      const { event } = await updateSiteClientIn(tx, owner.id, before, settings)
      const secret = await secretInNeed(before, settings, owner, name)
      return { events: [event, ...(secret?.events ?? [])], secrets: secret?.secrets ?? [] }
    }
    const { result, event } = await createSiteClientIn(tx, owner.id, settings, now)
    const { clientId, clientSecret } = result
    return {
      events: [event],
      secrets: clientSecret === null ? [] : [{ project, kind: 'site', name, clientId, clientSecret }],
    }
  }

  /** A client that is to prove itself by a secret from now on has to have one. */
  async function secretInNeed(
    client: Client,
    { authMethod }: ClientSettings,
    owner: Owner,
    name: string,
  ): Promise<Done | undefined> {
    if (authMethod !== 'client_secret' || client.secrets.some(secret => isActive(secret, now)))
      return undefined
    const clientSecret = await insertNewSecret(tx, client.id, 'first', now)
    const detail = { client: 'site', label: 'first', hint: clientSecret.slice(-4) }
    return {
      events: [{ action: 'secret.issue', projectId: owner.id, target: client.id, detail }],
      secrets: [{ project: owner.slug, kind: 'site', name, clientId: client.id, clientSecret }],
    }
  }

  return {
    async execute(change: Change): Promise<Done> {
      if (change.kind === 'project') return await changeProject(change)
      return change.kind === 'group' ? await changeGroup(change) : await changeClient(change)
    },
  }
}

function wantedOf<T>(fields: Change['fields']): T {
  return Object.fromEntries(Object.entries(fields).map(([name, { to }]) => [name, to])) as T
}
