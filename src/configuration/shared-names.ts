import type { ProjectSettings } from '../projects/project.ts'
import type { Change, CurrentProject, WantedProject } from './configuration.ts'
import { NOBODY, type Wrong } from './plan-settings.ts'

interface Step {
  readonly wanted: WantedProject
  readonly settings: ProjectSettings
}

/** Slugs and sites that two projects of the file would have, or one of the file and one that stays as it is. */
export function findSharedNames(
  current: readonly CurrentProject[],
  steps: readonly Step[],
  prune: boolean,
  wrong: Wrong,
): void {
  const slugs = new Set<string>()
  const named = new Set(steps.map(({ wanted }) => wanted.slug))
  const hosts = new Map(
    current
      .filter(({ project }) => !prune && !named.has(project.slug))
      .map(({ project }) => [project.siteHost, project.slug]),
  )
  for (const { wanted, settings } of steps) {
    if (slugs.has(wanted.slug))
      wrong([...wanted.at, 'slug'], 'is the slug of an earlier project of this file')
    slugs.add(wanted.slug)
    const host = hostOf(settings.siteUrl)
    // What stands for an address that is missing or wrong is nobody's.
    if (host === undefined || host === NOBODY) continue
    const other = hosts.get(host)
    if (other !== undefined) wrong([...wanted.at, 'siteUrl'], `is the site of project ${other} already`)
    else hosts.set(host, wanted.slug)
  }
}

/** Updates of projects so that a site is given up before it is taken, and those that wait for each other in a circle. */
export function orderUpdates(
  current: readonly CurrentProject[],
  deletes: readonly Change[],
  updates: readonly Change[],
): { changes: Change[]; stuck: Change[] } {
  const gone = new Set(deletes.map(({ project }) => project))
  const ownerOf = new Map(
    current
      .filter(({ project }) => !gone.has(project.slug))
      .map(({ project }) => [project.siteHost, project.slug]),
  )
  const moving = new Set(updates.filter(({ fields }) => fields.siteUrl).map(({ project }) => project))
  const changes: Change[] = []
  let waiting = [...updates]
  for (;;) {
    const free = waiting.filter(update => {
      const { siteUrl } = update.fields
      const owner = siteUrl && ownerOf.get(hostOf(String(siteUrl.to)) ?? '')
      return owner === undefined || owner === update.project || !moving.has(owner)
    })
    if (free.length === 0) return { changes, stuck: waiting }
    changes.push(...free)
    for (const { project } of free) moving.delete(project)
    waiting = waiting.filter(update => !free.includes(update))
  }
}

function hostOf(siteUrl: string): string | undefined {
  return URL.parse(siteUrl)?.host
}
