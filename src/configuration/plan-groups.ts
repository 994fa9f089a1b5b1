import { AppError } from '../errors.ts'
import type { ProjectSettings } from '../projects/project.ts'
import { checkGroup } from '../projects/reader-groups.ts'
import type { Change, CurrentProject, WantedGroup, WantedProject } from './configuration.ts'
import { didYouMean } from './nearest-name.ts'
import type { Wrong } from './plan-settings.ts'

/** The changes of a project's groups, and whether its rules name groups that it is going to have. */
export function planGroups(
  before: CurrentProject | undefined,
  wanted: WantedProject,
  settings: ProjectSettings,
  prune: boolean,
  wrong: Wrong,
): Change[] {
  const existing = before?.project.groups ?? []
  const of = { kind: 'group', project: wanted.slug } as const
  const seen = new Set<string>()
  const changes = wanted.groups.flatMap((group): Change[] => {
    if (seen.has(group.slug)) wrong([...group.at, 'slug'], 'is the slug of an earlier group of this project')
    seen.add(group.slug)
    const found = existing.find(({ slug }) => slug === group.slug)
    const name = checkedName(group, group.name ?? found?.name ?? group.slug, wrong)
    if (!found)
      return [{ action: 'create', ...of, name: group.slug, id: null, fields: { name: { to: name } } }]
    if (found.name === name) return []
    const fields = { name: { from: found.name, to: name } }
    return [{ action: 'update', ...of, name: group.slug, id: found.id, fields }]
  })
  const unnamed = prune ? existing.filter(({ slug }) => !seen.has(slug)) : []
  checkRules(before, wanted, settings, { seen, unnamed: new Set(unnamed.map(({ slug }) => slug)) }, wrong)
  return [
    ...changes,
    ...unnamed.map(({ slug, id }): Change => ({ action: 'delete', ...of, name: slug, id, fields: {} })),
  ]
}

function checkedName(group: WantedGroup, name: string, wrong: Wrong): string {
  try {
    return checkGroup({ slug: group.slug, name })
  } catch (error) {
    if (!(error instanceof AppError) || !error.fields) throw error
    for (const { field, problem } of error.fields) wrong([...group.at, field], problem)
    return name
  }
}

/** A rule that names a group which is not there closes its pages to everybody: most often a slip of the pen. */
function checkRules(
  before: CurrentProject | undefined,
  wanted: WantedProject,
  settings: ProjectSettings,
  { seen, unnamed }: { seen: ReadonlySet<string>; unnamed: ReadonlySet<string> },
  wrong: Wrong,
): void {
  const existing = (before?.project.groups ?? []).map(({ slug }) => slug)
  const known = new Set([...existing.filter(slug => !unnamed.has(slug)), ...seen])
  // A rule may stand before its group does; what stands so already is left alone.
  const waiting = new Set(
    (before?.project.pathRules ?? []).flatMap(rule => rule.groups).filter(slug => !existing.includes(slug)),
  )
  for (const [index, rule] of settings.pathRules.entries()) {
    for (const [place, slug] of rule.groups.entries()) {
      const at = [...wanted.at, 'pathRules', index, 'groups', place]
      if (known.has(slug)) continue
      if (unnamed.has(slug)) wrong(at, `is group ${slug}, which pruning would delete; list it under groups`)
      else if (settings.unknownGroups !== 'create' && !waiting.has(slug))
        wrong(at, `names no group of this project${didYouMean(slug, [...known])}`)
    }
  }
}
