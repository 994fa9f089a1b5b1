import type { Account } from '../../accounts/account.ts'
import { listMemberships } from '../../accounts/account-members.ts'
import type { Database } from '../../db/database.ts'
import type { Project } from '../../projects/project.ts'
import type { Registry } from '../../projects/registry.ts'

/** The projects with a site that an account may enter now, by name. */
export async function listOwnProjects(
  { database, registry }: { readonly database: Database; readonly registry: Registry },
  account: Account,
): Promise<Project[]> {
  const memberships = await listMemberships(database.read, account.id)
  const mine = new Set(memberships.map(({ projectId }) => projectId))
  return registry
    .projects()
    .filter(
      project =>
        project.standard === 'accounts' &&
        project.jwtEnabled &&
        project.siteUrl !== '' &&
        (project.accountAdmission === 'anyone' || mine.has(project.id)),
    )
    .sort((a, b) => a.name.localeCompare(b.name))
}
