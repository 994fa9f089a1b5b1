import { ACCOUNT_ISSUER, type Account, accountName } from '../accounts/account.ts'
import { findMembership } from '../accounts/account-members.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Project } from '../projects/project.ts'
import type { Identity } from './identity-provider.ts'

/**
 * An account as an identity for a project: from here on it is a reader like anybody else's. The account's ID is the
 * subject, so a name or an address that passes to somebody else passes no reader on. An address that nobody has vouched
 * for is left out: whoever reads it in our tokens may take it for proof.
 * @throws AppError `access_denied` with the reason `account_not_member`.
 */
export async function identityOfAccount(db: Handle, project: Project, account: Account): Promise<Identity> {
  const membership = await findMembership(db, account.id, project.id)
  if (!membership && project.accountAdmission === 'members') {
    throw new AppError('access_denied', 'This account may not sign in here.', {
      reason: 'account_not_member',
      detail: { account: account.id },
    })
  }
  const groups = project.groups.filter(({ id }) => membership?.groupIds.includes(id))
  return {
    issuer: ACCOUNT_ISSUER,
    subject: account.id,
    // A user name is never an address, so it cannot pass for somebody's.
    username: account.username ?? account.email ?? accountName(account),
    firstName: account.name,
    lastName: '',
    email: account.emailVerified ? (account.email ?? '') : '',
    emailVerified: account.emailVerified,
    groups: groups.map(({ slug }) => slug),
  }
}
