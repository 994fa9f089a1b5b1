// Members of a project: who of all accounts may sign in there, and in which reader groups they are.
import type { Handle } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import type { Account } from './account.ts'
import { toAccount } from './account-store.ts'

export interface Membership {
  readonly accountId: string
  readonly projectId: string
  /** IDs of reader groups; those that were deleted since may be among them. */
  readonly groupIds: readonly string[]
  readonly createdAt: number
}

export interface Member extends Membership {
  readonly account: Account
}

export async function findMembership(
  db: Handle,
  accountId: string,
  projectId: string,
): Promise<Membership | undefined> {
  const row = await db
    .selectFrom('account_members')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  return row && toMembership(row)
}

/** Of one account, the oldest first. */
export async function listMemberships(db: Handle, accountId: string): Promise<Membership[]> {
  const rows = await db
    .selectFrom('account_members')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at')
    .orderBy('project_id')
    .execute()
  return rows.map(toMembership)
}

/** Of one project, the oldest accounts first. */
export async function listMembers(db: Handle, projectId: string): Promise<Member[]> {
  const rows = await db
    .selectFrom('account_members')
    .innerJoin('accounts', 'accounts.id', 'account_members.account_id')
    .selectAll('accounts')
    .select(['account_id', 'project_id', 'group_ids', 'account_members.created_at as since'])
    .where('project_id', '=', projectId)
    .orderBy('account_id')
    .execute()
  return rows.map(row => ({ ...toMembership({ ...row, created_at: row.since }), account: toAccount(row) }))
}

/** Makes an account a member, or changes the groups of one who is. */
export async function putMember(
  tx: Handle,
  member: Pick<Membership, 'accountId' | 'projectId' | 'groupIds'>,
  now: number,
): Promise<void> {
  const group_ids = JSON.stringify([...new Set(member.groupIds)].sort())
  await tx
    .insertInto('account_members')
    .values({ account_id: member.accountId, project_id: member.projectId, group_ids, created_at: now })
    .onConflict(conflict => conflict.columns(['account_id', 'project_id']).doUpdateSet({ group_ids }))
    .execute()
}

/** @returns whether they were a member. */
export async function removeMember(tx: Handle, accountId: string, projectId: string): Promise<boolean> {
  const result = await tx
    .deleteFrom('account_members')
    .where('account_id', '=', accountId)
    .where('project_id', '=', projectId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

function toMembership(row: Row<'account_members'>): Membership {
  return {
    accountId: row.account_id,
    projectId: row.project_id,
    groupIds: JSON.parse(row.group_ids),
    createdAt: row.created_at,
  }
}
