import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import { changeSettings } from './change-settings.ts'
import type { ReaderGroup } from './project.ts'
import { listProjects } from './project-store.ts'
import { requireProject } from './update-project.ts'

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
  deps: { database: Database; clock: Clock },
  actor: Actor,
  input: { slug: string; groupSlug: string; name: string },
): Promise<ReaderGroup> {
  const now = deps.clock.now()
  if (!groupSlugPattern.test(input.groupSlug)) {
    throw new AppError(
      'invalid_request',
      'A group slug is 1 to 63 lower-case letters, digits and inner hyphens.',
    )
  }
  const name = input.name.normalize('NFC').trim()
  if (name.length === 0 || name.length > 100 || /\p{Cc}/u.test(name)) {
    throw new AppError('invalid_request', 'A group name is 1 to 100 characters without control characters.')
  }
  return await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), input.slug)
    if (project.groups.some(existing => existing.slug === input.groupSlug)) {
      throw new AppError('conflict', `Project ${input.slug} has a group ${input.groupSlug} already.`)
    }
    const group = { id: uuidv7(now), slug: input.groupSlug, name }
    await insertGroup(tx, project.id, group, now)
    return {
      result: group,
      event: { action: 'group.create', projectId: project.id, target: group.slug, detail: group },
    }
  })
}
