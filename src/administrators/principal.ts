// Who asks, at the console (an administrator) or at the admin API (a key), and what they may. Both doors ask here.
import type { Actor } from '../audit/audit-log.ts'
import type { AdministratorRole } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import type { Project, ProjectSettings } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'

/** Rights of an API key, and what the roles of administrators are made of. `projects` is with clients and groups. */
export const scopes = [
  'projects:read',
  'projects:write',
  'secrets:write',
  'readers:read',
  'readers:write',
  'sign-ins:read',
  'sign-ins:test',
  'keys:read',
  'keys:write',
  'audit:read',
  'administrators:read',
  'administrators:write',
] as const
export type Scope = (typeof scopes)[number]

const ofProjects = scopes.filter(scope => /^(projects|secrets|readers|sign-ins):/.test(scope))

export const scopesOfRole: Readonly<Record<AdministratorRole, readonly Scope[]>> = {
  owner: scopes,
  project_administrator: [...ofProjects, 'audit:read'],
  read_only: [...ofProjects.filter(scope => scope.endsWith(':read')), 'keys:read', 'audit:read'],
}

export interface Principal {
  readonly kind: 'administrator' | 'api_key' | 'command_line'
  readonly id: string
  /** The administrator, or who made the key; null: the command line did. */
  readonly administratorId: string | null
  /** For the audit log. */
  readonly actor: Actor
  readonly scopes: ReadonlySet<Scope>
  /** IDs of the projects that they may see at all. */
  readonly projects: 'all' | ReadonlySet<string>
}

/** Whoever has the shell has the database, and all rights. */
export function principalOfCommandLine(actor: Actor): Principal {
  return {
    kind: 'command_line',
    id: actor.name,
    administratorId: null,
    actor,
    scopes: new Set(scopes),
    projects: 'all',
  }
}

export function may(principal: Principal, scope: Scope): boolean {
  return principal.scopes.has(scope)
}

export function maySee(principal: Principal, projectId: string | null): boolean {
  return principal.projects === 'all' || (projectId !== null && principal.projects.has(projectId))
}

/** @throws AppError `access_denied` where the principal does not have the right. */
export function requireScope(principal: Principal, scope: Scope): void {
  if (may(principal, scope)) return
  throw new AppError('access_denied', `This needs the right ${scope}, which you do not have.`)
}

/** What concerns the whole installation, such as making projects. @throws AppError `access_denied`. */
export function requireAllProjects(principal: Principal, scope: Scope): void {
  requireScope(principal, scope)
  if (principal.projects === 'all') return
  throw new AppError('access_denied', 'This needs a right over all projects; you have it over some.')
}

/**
 * The project with this slug, for what needs `scope`.
 * @throws AppError `not_found` for one that is not there or not theirs, which look alike; `access_denied`.
 */
export function requireProjectFor(
  principal: Principal,
  registry: Registry,
  slug: string,
  scope: Scope,
): Project {
  const project = registry.projectBySlug(slug)
  if (!project || !maySee(principal, project.id))
    throw new AppError('not_found', `There is no project ${slug}.`)
  requireScope(principal, scope)
  return project
}

/**
 * A folder of the server is named by whoever looks after the server: with a right over one project, nobody shall
 * publish what lies in another's folder.
 * @throws AppError `access_denied`.
 */
export function refuseFolder(principal: Principal, changes: Partial<ProjectSettings>): void {
  if (changes.siteFolder === undefined || principal.projects === 'all') return
  throw new AppError(
    'access_denied',
    'The folder of a site is set by somebody with a right over all projects.',
  )
}

/**
 * Nobody hands out, or takes over, more than they have themselves: who looks after an administrator needs all that the
 * administrator may.
 * @throws AppError `access_denied`.
 */
export function requireRightsOf(
  principal: Principal,
  { role, projectIds }: { readonly role: AdministratorRole; readonly projectIds: readonly string[] | null },
): void {
  const all = role === 'owner' || projectIds === null
  const sees = all ? principal.projects === 'all' : projectIds.every(id => maySee(principal, id))
  if (sees && scopesOfRole[role]?.every(scope => may(principal, scope))) return
  throw new AppError(
    'access_denied',
    `Only who has all the rights of the role ${role} may give or change it.`,
  )
}
