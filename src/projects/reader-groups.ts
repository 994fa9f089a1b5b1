import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import { type Change, changeSettings } from './change-settings.ts'
import type { Project, ReaderGroup } from './project.ts'
import { listProjects } from './project-store.ts'
import { refuseStale } from './refuse-stale.ts'
import { requireProject } from './update-project.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

export const groupSlugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

async function insertGroup(tx: Handle, projectId: string, group: ReaderGroup, now: number): Promise<void> {
  await tx
    .insertInto('reader_groups')
    .values({ ...group, project_id: projectId, created_at: now })
    .execute()
}

/** The ID of the project's group with this slug, which is made if there is none. */
export async function ensureGroup(
  tx: Handle,
  projectId: string,
  group: ReaderGroup,
  now: number,
): Promise<string> {
  const existing = await tx
    .selectFrom('reader_groups')
    .select('id')
    .where('project_id', '=', projectId)
    .where('slug', '=', group.slug)
    .executeTakeFirst()
  if (existing) return existing.id
  await insertGroup(tx, projectId, group, now)
  return group.id
}

/** Makes a reader group. @throws AppError `invalid_request` for a wrong slug, `conflict` for one that exists. */
export async function createGroup(
  deps: Deps,
  actor: Actor,
  input: { slug: string; groupSlug: string; name: string },
): Promise<ReaderGroup> {
  const now = deps.clock.now()
  const { groupSlug, name } = input
  checkGroup({ slug: groupSlug, name })
  return await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), input.slug)
    return await createGroupIn(tx, project, { slug: groupSlug, name }, now)
  })
}

type Owner = Pick<Project, 'id' | 'slug' | 'groups' | 'pathRules'>

/** `createGroup` inside a transaction. */
export async function createGroupIn(
  tx: Handle,
  project: Owner,
  input: { slug: string; name: string },
  now: number,
): Promise<Change<ReaderGroup>> {
  const name = checkGroup(input)
  if (project.groups.some(existing => existing.slug === input.slug)) {
    throw new AppError('conflict', `Project ${project.slug} has a group ${input.slug} already.`)
  }
  const group = { id: uuidv7(now), slug: input.slug, name, version: 1 }
  await insertGroup(tx, project.id, group, now)
  return {
    result: group,
    event: { action: 'group.create', projectId: project.id, target: group.slug, detail: group },
  }
}

/**
 * Gives a reader group another name; its slug, which login endpoints send and rules name, stays.
 * @throws AppError `invalid_request`, `not_found`; `precondition_failed` where it is no longer at `expectedVersion`.
 */
export async function renameGroup(
  deps: Deps,
  actor: Actor,
  input: { slug: string; groupSlug: string; name: string; expectedVersion?: number | undefined },
): Promise<ReaderGroup> {
  const now = deps.clock.now()
  checkName(input.name)
  return await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), input.slug)
    const group = requireGroup(project, input.groupSlug)
    refuseStale(`Group ${group.slug}`, group, input.expectedVersion)
    return await renameGroupIn(tx, project, group, input.name)
  })
}

/** `renameGroup` inside a transaction. */
export async function renameGroupIn(
  tx: Handle,
  project: Owner,
  group: ReaderGroup,
  to: string,
): Promise<Change<ReaderGroup>> {
  const name = checkName(to)
  const renamed = { ...group, name, version: group.version + 1 }
  await tx
    .updateTable('reader_groups')
    .set({ name, version: renamed.version })
    .where('id', '=', group.id)
    .execute()
  const detail = { name: { from: group.name, to: name } }
  return {
    result: renamed,
    event: { action: 'group.update', projectId: project.id, target: group.slug, detail },
  }
}

/**
 * Deletes a reader group; its readers are in it no longer.
 * @throws AppError `not_found`; `conflict` while a path rule names it, because who may read those pages then would not
 * be said by anybody; `precondition_failed` as `renameGroup`.
 */
export async function deleteGroup(
  deps: Deps,
  actor: Actor,
  input: { slug: string; groupSlug: string; expectedVersion?: number | undefined },
): Promise<void> {
  const now = deps.clock.now()
  await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), input.slug)
    const group = requireGroup(project, input.groupSlug)
    refuseStale(`Group ${group.slug}`, group, input.expectedVersion)
    return await deleteGroupIn(tx, project, group)
  })
}

/** `deleteGroup` inside a transaction. */
export async function deleteGroupIn(
  tx: Handle,
  project: Owner,
  group: ReaderGroup,
): Promise<Change<undefined>> {
  const rules = project.pathRules.filter(rule => rule.groups.includes(group.slug))
  if (rules.length > 0) {
    const paths = rules.map(rule => rule.path).join(', ')
    throw new AppError('conflict', `Group ${group.slug} decides who may open ${paths}; change that first.`)
  }
  await tx.deleteFrom('reader_groups').where('id', '=', group.id).execute()
  return {
    result: undefined,
    event: { action: 'group.delete', projectId: project.id, target: group.slug, detail: { ...group } },
  }
}

function requireGroup(project: Project, groupSlug: string): ReaderGroup {
  const group = project.groups.find(candidate => candidate.slug === groupSlug || candidate.id === groupSlug)
  if (!group) throw new AppError('not_found', `Project ${project.slug} has no group ${groupSlug}.`)
  return group
}

/** The name in canonical spelling. @throws AppError `invalid_request`. */
export function checkGroup(group: { slug: string; name: string }): string {
  if (groupSlugPattern.test(group.slug)) return checkName(group.name)
  throw wrong('slug', 'must be 1 to 63 lower-case letters, digits and inner hyphens')
}

function checkName(given: string): string {
  const name = given.normalize('NFC').trim()
  if (name.length > 0 && name.length <= 100 && !/\p{Cc}/u.test(name)) return name
  throw wrong('name', 'must be 1 to 100 characters without control characters')
}

function wrong(field: string, problem: string): AppError {
  return new AppError('invalid_request', `The group cannot be taken: ${field} ${problem}.`, {
    fields: [{ field, problem }],
  })
}
