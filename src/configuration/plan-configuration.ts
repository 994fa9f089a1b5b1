import type { Change, CurrentProject, Wanted, WantedProject } from './configuration.ts'
import type { Finding } from './file-problem.ts'
import { planClients } from './plan-clients.ts'
import { planGroups } from './plan-groups.ts'
import { planSettings } from './plan-settings.ts'
import { findSharedNames, orderUpdates } from './shared-names.ts'

export interface Plan {
  /** In the order in which they are made; none: everything is as wanted. */
  readonly changes: readonly Change[]
  /** What the rules refuse; then nothing of the plan can be done. */
  readonly findings: readonly Finding[]
}

export interface PlanOptions {
  /** URL of the identity server, whose host no site may have. */
  readonly issuer: string
  /** Whether groups and clients of the projects that are named, and projects, are deleted where the file has none. */
  readonly prune: boolean
}

/** What leads from what is there to what is wanted. Changes nothing, and asks the disk for folders alone. */
export function planConfiguration(
  current: readonly CurrentProject[],
  wanted: Wanted,
  { issuer, prune }: PlanOptions,
): Plan {
  const findings: Finding[] = []
  const wrong = (path: Finding['path'], problem: string, more: Pick<Finding, 'missing' | 'near'> = {}) =>
    void findings.push({ path, problem, ...more })
  const currentOf = new Map(current.map(each => [each.project.slug, each]))
  const named = new Set(wanted.projects.map(({ slug }) => slug))
  const deletes = prune ? current.filter(({ project }) => !named.has(project.slug)).map(toDelete) : []

  const steps = wanted.projects.map((project: WantedProject) => {
    const before = currentOf.get(project.slug)
    const { change, settings } = planSettings(before, project, issuer, wrong)
    const groups = planGroups(before, project, settings, prune, wrong)
    return {
      wanted: project,
      change,
      settings,
      rest: [...groups, ...planClients(before, project, prune, wrong)],
    }
  })
  findSharedNames(current, steps, prune, wrong)

  const updates = steps.flatMap(({ change }) => (change?.action === 'update' ? change : []))
  const others = steps.flatMap(({ change, rest }) => (change?.action === 'create' ? [change, ...rest] : rest))
  // A site that one project gives up may go to another, so who gives comes before who takes.
  const ordered = orderUpdates(current, deletes, updates)
  for (const stuck of ordered.stuck) {
    const { at } = steps.find(step => step.change === stuck)!.wanted
    wrong(
      [...at, 'siteUrl'],
      'trades places with the site of another project; move one of them elsewhere first',
    )
  }
  return { changes: [...deletes, ...ordered.changes, ...others], findings }
}

function toDelete({ project }: CurrentProject): Change {
  return {
    action: 'delete',
    kind: 'project',
    project: project.slug,
    name: project.slug,
    id: project.id,
    fields: {},
  }
}
