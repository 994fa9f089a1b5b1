import { AppError } from '../errors.ts'
import { uuidv7 } from '../platform/random.ts'
import type { Project, ReaderGroup } from '../projects/project.ts'
import { groupSlugPattern } from '../projects/reader-groups.ts'

export interface ResolvedGroups {
  /** Groups of the project, each once, in the order of their IDs. */
  readonly groups: readonly ReaderGroup[]
  /** Those of them that do not exist yet and are to be made (policy `create`). */
  readonly toCreate: readonly ReaderGroup[]
  /** What was sent and passed over (policy `ignore`). */
  readonly ignored: readonly string[]
}

/**
 * Turns the group IDs or slugs of a payload into groups of the project.
 * @throws AppError `invalid_request` for an unknown one, where the project's policy is `reject`.
 */
export function resolveGroups(project: Project, sent: readonly string[], now: number): ResolvedGroups {
  const found = new Map<string, ReaderGroup>()
  const toCreate: ReaderGroup[] = []
  const unknown: string[] = []
  for (const reference of new Set(sent)) {
    const group =
      project.groups.find(candidate => candidate.id === reference || candidate.slug === reference) ??
      toCreate.find(candidate => candidate.slug === reference)
    if (group) found.set(group.id, group)
    else if (project.unknownGroups === 'create' && groupSlugPattern.test(reference)) {
      const made = { id: uuidv7(now), slug: reference, name: reference, version: 1 }
      toCreate.push(made)
      found.set(made.id, made)
    } else unknown.push(reference)
  }
  if (unknown.length > 0 && project.unknownGroups !== 'ignore') throw refuseUnknown(project, unknown)
  const groups = [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
  return { groups, toCreate, ignored: unknown }
}

function refuseUnknown(project: Project, unknown: readonly string[]): AppError {
  const shown = unknown.slice(0, 10).map(reference => reference.slice(0, 128))
  const problem =
    project.unknownGroups === 'create'
      ? `cannot be made as groups, a slug is lower-case letters, digits and inner hyphens: ${shown.join(', ')}`
      : `not a reader group of this project: ${shown.join(', ')}`
  return new AppError('invalid_request', 'A reader group is unknown.', {
    fields: [{ field: 'readerGroupIds', problem }],
    reason: 'groups_unknown',
    detail: { unknown: shown },
  })
}
