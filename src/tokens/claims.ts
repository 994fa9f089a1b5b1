import type { Project } from '../projects/project.ts'
import { displayName, type Profile } from '../readers/reader.ts'

/** Standard claims about a reader (OpenID Connect Core 1.0, section 5.1); `groups` are slugs. */
export interface ReaderClaims extends Record<string, unknown> {
  readonly sub: string
  readonly name: string
  readonly given_name?: string
  readonly family_name?: string
  readonly preferred_username: string
  /** Missing where nobody has vouched for one: an empty text could pass for an address. */
  readonly email?: string
  readonly groups: readonly string[]
}

/** The claims of a reader that the granted scopes open (OpenID Connect Core 1.0, section 5.4). */
export function claimsOfScope(claims: ReaderClaims, scope: string): Record<string, unknown> {
  const granted = new Set(scope.split(' '))
  const { sub, email, groups, ...profile } = claims
  return {
    sub,
    ...(granted.has('profile') && profile),
    ...(granted.has('email') && email !== undefined && { email }),
    ...(granted.has('groups') && { groups }),
  }
}

export function readerClaims(project: Project, readerId: string, profile: Profile): ReaderClaims {
  return {
    sub: readerId,
    name: displayName(profile),
    ...(profile.firstName && { given_name: profile.firstName }),
    ...(profile.lastName && { family_name: profile.lastName }),
    preferred_username: profile.username,
    ...(profile.email && { email: profile.email }),
    groups: groupSlugs(project, profile.groupIds),
  }
}

/** The slugs of a reader's groups; a group that was deleted since is left out. */
export function groupSlugs(project: Project, groupIds: readonly string[]): string[] {
  return project.groups.filter(group => groupIds.includes(group.id)).map(group => group.slug)
}
