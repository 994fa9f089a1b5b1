// What a push would lead to, said without doing it.
import type { Project } from '../projects/project.ts'
import type { Profile, Reader } from '../readers/reader.ts'
import type { Push, Pushed } from './read-push.ts'

/** What becomes of a code at the callback, in a browser that did not begin at the site: it opens, asks first, refuses. */
export type AtCallback = 'opens' | 'asks' | 'refuses'

export interface PushPreview {
  readonly profile: Omit<Profile, 'groupIds'>
  /** Minutes. */
  readonly tokenValidity: number
  readonly groups: readonly { id: string; slug: string; name: string; new: boolean }[]
}

/** The ID of a reader whom only a sign-in makes. */
const NOT_YET = 'made at the first sign-in'

export function previewPush({ profile, validityMinutes, groups, newGroups }: Pushed): PushPreview {
  const { groupIds: _, ...rest } = profile
  return {
    profile: rest,
    tokenValidity: validityMinutes,
    groups: groups.map(group => {
      const { id, slug, name } = group
      return { id, slug, name, new: newGroups.includes(group) }
    }),
  }
}

/** The project and the reader as they would be after the push. */
export function afterPush(
  project: Project,
  { profile, newGroups }: Pushed,
  reader: Reader | undefined,
): { project: Project; reader: Profile & { readonly id: string } } {
  return {
    project: { ...project, groups: [...project.groups, ...newGroups] },
    reader: { ...profile, id: reader?.id ?? NOT_YET },
  }
}

/** As the binding of the project has it (contract, section 3). */
export function atCallback(project: Project, push: Pick<Push, 'codeChallenge'>): AtCallback {
  if (push.codeChallenge !== undefined || project.binding === 'required') return 'refuses'
  return project.binding === 'confirm' && !project.siteElsewhere ? 'asks' : 'opens'
}
