import type { Push } from '../codes/read-push.ts'
import type { Project } from '../projects/project.ts'
import { groupSlugPattern } from '../projects/reader-groups.ts'
import { externalIdOf, type Identity } from './identity-provider.ts'

/** An identity as a login endpoint would say it: from here on nothing knows by which standard somebody came. */
export function pushOfIdentity(project: Project, identity: Identity): Push {
  const known = new Set(project.groups.flatMap(({ id, slug }) => [id, slug]))
  const mayBeMade = (group: string) => project.unknownGroups === 'create' && groupSlugPattern.test(group)
  return {
    externalId: externalIdOf(identity),
    username: identity.username,
    firstName: identity.firstName,
    lastName: identity.lastName,
    emailId: identity.email,
    // Providers have groups for everything: those that mean nothing here are not a mistake.
    readerGroupIds: identity.groups.filter(group => known.has(group) || mayBeMade(group)),
  }
}
