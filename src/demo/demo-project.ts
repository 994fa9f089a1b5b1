import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { createProject } from '../projects/create-project.ts'
import type { Project, ProjectSettings } from '../projects/project.ts'
import { listProjects } from '../projects/project-store.ts'
import { createGroup } from '../projects/reader-groups.ts'
import { updateProject } from '../projects/update-project.ts'

export interface DemoAddresses {
  /** Origin of the demo's knowledge base. */
  readonly siteUrl: string
  /** Origin of the demo's customer application. */
  readonly customerUrl: string
  /** Origin of the demo's second site, an OpenID Connect client. */
  readonly supportUrl: string
}

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly issuer: string
}

const SLUG = 'demo'
const groups = [
  { groupSlug: 'staff', name: 'Northwind staff' },
  { groupSlug: 'customers', name: 'Customers of Northwind' },
]

/**
 * The demo's project, made on an empty database and brought to the port of this start on one that has it already.
 * Several processes may call it at once. Undefined where the database holds projects of somebody's own.
 */
export async function openDemoProject(
  deps: Deps,
  actor: Actor,
  addresses: DemoAddresses,
): Promise<Project | undefined> {
  const settings = settingsAt(addresses)
  if ((await listProjects(deps.database.read)).length === 0) {
    await unlessTaken(() => createProject(deps, actor, { slug: SLUG, name: 'Gatepass docs', ...settings }))
  }
  const made = await findDemoProject(deps)
  if (!made) return undefined
  for (const group of groups) {
    if (made.groups.some(existing => existing.slug === group.groupSlug)) continue
    await unlessTaken(() => createGroup(deps, actor, { slug: SLUG, ...group }))
  }
  const changes = outdated(made, settings)
  if (Object.keys(changes).length > 0) await updateProject(deps, actor, SLUG, changes)
  return await findDemoProject(deps)
}

type DemoSettings = Pick<ProjectSettings, 'siteUrl' | 'siteFolder' | 'loginUrl' | 'logoutUrl'>

function settingsAt({ siteUrl, customerUrl }: DemoAddresses): DemoSettings {
  return {
    siteUrl,
    siteFolder: docsFolder(),
    loginUrl: `${customerUrl}/sso`,
    // Signing out of the documentation signs out of Northwind as well: the next page offers both users again.
    logoutUrl: `${customerUrl}/logout`,
  }
}

/** The documentation that comes with the package: above src/ in a checkout, above dist/src/ in the package. */
function docsFolder(): string {
  const up = import.meta.url.endsWith('.ts') ? '../../docs' : '../../../docs'
  return fileURLToPath(new URL(up, import.meta.url))
}

/** Ours, and not a project that somebody happened to call demo. */
async function findDemoProject(deps: Deps): Promise<Project | undefined> {
  const projects = await listProjects(deps.database.read)
  return projects.find(each => each.slug === SLUG && hostnameOf(each.loginUrl) === 'customer.localhost')
}

/** What an earlier start on another port, or out of another folder, left behind; what the owner changed stays. */
function outdated(project: Project, settings: DemoSettings): Partial<ProjectSettings> {
  const changes: { -readonly [key in keyof DemoSettings]?: DemoSettings[key] } = {}
  for (const key of ['siteUrl', 'loginUrl', 'logoutUrl'] as const) {
    const [is, wanted] = [project[key], settings[key]]
    const ours = is !== null && ['demo.localhost', 'customer.localhost'].includes(hostnameOf(is))
    if (ours && is !== wanted) Object.assign(changes, { [key]: wanted })
  }
  const folder = project.siteFolder
  if (folder !== null && !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    changes.siteFolder = settings.siteFolder
  }
  return changes
}

function hostnameOf(url: string): string {
  return new URL(url).hostname
}

/** Another process that started beside this one may have been first. */
export async function unlessTaken(make: () => Promise<unknown>): Promise<void> {
  try {
    await make()
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'conflict')) throw error
  }
}
