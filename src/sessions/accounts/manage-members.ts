// Who looks after a project says which accounts may sign in there, and in which groups they are. They name an account
// by its user name or e-mail address, and see of it what a member list shows: never the accounts of other projects.
import { accountName } from '../../accounts/account.ts'
import { findMembership, putMember, removeMember } from '../../accounts/account-members.ts'
import { requireAccountByName } from '../../accounts/account-store.ts'
import { type Actor, recordAudit } from '../../audit/audit-log.ts'
import type { Database } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Project } from '../../projects/project.ts'
import { endSessionsOfAccount } from '../end-sessions-of-account.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/**
 * Makes an account a member of a project, in these groups (slugs), or changes the groups of one who is: they count from
 * the next sign-in.
 * @throws AppError `not_found` for an account that is not there, `invalid_request` for groups that the project has not.
 */
export async function setMember(
  deps: Deps,
  actor: Actor,
  project: Project,
  input: { readonly account: string; readonly groups: readonly string[] },
): Promise<string> {
  const unknown = input.groups.filter(slug => !project.groups.some(group => group.slug === slug))
  if (unknown.length > 0) {
    const problem = `are not of this project: ${unknown.slice(0, 10).join(', ')}`
    throw new AppError('invalid_request', `The groups ${problem}.`, {
      fields: [{ field: 'groups', problem }],
    })
  }
  const now = deps.clock.now()
  return await deps.database.write(async tx => {
    const account = await requireAccountByName(tx, input.account)
    const groupIds = project.groups.filter(({ slug }) => input.groups.includes(slug)).map(({ id }) => id)
    await putMember(tx, { accountId: account.id, projectId: project.id, groupIds }, now)
    const target = accountName(account)
    const detail = { id: account.id, groups: input.groups }
    await recordAudit(tx, actor, { action: 'member.set', projectId: project.id, target, detail }, now)
    return account.id
  })
}

/** Takes an account out of a project, and signs it out there. @throws AppError `not_found`. */
export async function takeMemberOut(deps: Deps, actor: Actor, project: Project, name: string): Promise<void> {
  const now = deps.clock.now()
  await deps.database.write(async tx => {
    const account = await requireAccountByName(tx, name)
    if (!(await findMembership(tx, account.id, project.id))) {
      throw new AppError('not_found', `${name} is no member of project ${project.slug}.`)
    }
    await removeMember(tx, account.id, project.id)
    await endSessionsOfAccount(tx, account.id, now, project.id)
    const event = { action: 'member.remove', target: accountName(account), detail: { id: account.id } }
    await recordAudit(tx, actor, { ...event, projectId: project.id }, now)
  })
}
