import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { type Change, changeSettings } from './change-settings.ts'
import { checkSettings } from './check-settings.ts'
import type { Project, ProjectSettings } from './project.ts'
import { listProjects, markProjectDeleted, updateProject as writeProject } from './project-store.ts'
import { refuseStale } from './refuse-stale.ts'
import { refuseTaken } from './refuse-taken.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly issuer: string
}

/**
 * Changes the given settings of a project.
 * @throws AppError as `createProject`, `not_found`, and `precondition_failed` where the project is no longer at
 * `expectedVersion`.
 */
export async function updateProject(
  deps: Deps,
  actor: Actor,
  slug: string,
  changes: Partial<ProjectSettings>,
  expectedVersion?: number,
): Promise<void> {
  const now = deps.clock.now()
  await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), slug)
    refuseStale(`Project ${slug}`, project, expectedVersion)
    return await updateProjectIn(tx, deps.issuer, project, changes, now)
  })
}

/** `updateProject` inside a transaction, of a project as it is there. */
export async function updateProjectIn(
  tx: Handle,
  issuer: string,
  project: Project,
  changes: Partial<ProjectSettings>,
  now: number,
): Promise<Change<undefined>> {
  const { settings, siteHost } = checkSettings({ ...project, ...changes }, issuer, project.siteFolder)
  await refuseTaken(tx, settings.slug, siteHost, project.id)
  await writeProject(tx, project.id, siteHost, settings, now)
  const detail = Object.fromEntries(
    Object.entries(changes).map(([key, to]) => [key, { from: project[key as keyof ProjectSettings], to }]),
  )
  const event = { action: 'project.update', projectId: project.id, target: project.slug, detail }
  return { result: undefined, event }
}

/**
 * Deletes a project: its clients, codes and sessions stop working at once, its rows are purged afterwards.
 * @throws AppError `not_found`, and `precondition_failed` where it is no longer at `expectedVersion`.
 */
export async function deleteProject(
  deps: Omit<Deps, 'issuer'>,
  actor: Actor,
  slug: string,
  expectedVersion?: number,
): Promise<void> {
  const now = deps.clock.now()
  await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), slug)
    refuseStale(`Project ${slug}`, project, expectedVersion)
    return await deleteProjectIn(tx, project, now)
  })
}

/** `deleteProject` inside a transaction. */
export async function deleteProjectIn(tx: Handle, project: Project, now: number): Promise<Change<undefined>> {
  await markProjectDeleted(tx, project.id, now)
  const event = { action: 'project.delete', projectId: project.id, target: project.slug, detail: {} }
  return { result: undefined, event }
}

/** The project with this slug. @throws AppError `not_found`, with the slugs that there are. */
export function requireProject(projects: readonly Project[], slug: string): Project {
  const project = projects.find(candidate => candidate.slug === slug)
  if (project) return project
  const known = projects.map(candidate => candidate.slug).join(', ') || 'none yet'
  throw new AppError('not_found', `There is no project ${slug}. Projects: ${known}.`)
}
