// Looking after accounts: whoever may read and write the readers of all projects. Ending a session needs sessions, which
// is why these rules stand here and not beside the accounts.

import { type Account, type AccountInput, accountName, checkAccount } from '../../accounts/account.ts'
import { newAccountApiKey } from '../../accounts/account-api-key.ts'
import { forgetGuessesAtAccount } from '../../accounts/account-guesses.ts'
import {
  type AccountLink,
  accountLinkLives,
  insertAccountLink,
  voidAccountLinks,
} from '../../accounts/account-links.ts'
import {
  refuseTakenAccount,
  removeAccount,
  requireAccount,
  setAccountType,
  writeAccount,
} from '../../accounts/account-store.ts'
import type { Actor } from '../../audit/audit-log.ts'
import { changeNoted } from '../../audit/note-change.ts'
import type { Database } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { refuseStale } from '../../projects/refuse-stale.ts'
import { endSessionsOfAccount } from '../end-sessions-of-account.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/**
 * Changes an account. One who is disabled is signed out everywhere at once. An address that is changed counts as theirs:
 * whoever changes it says so.
 * @returns the account, and the API key of one that has become a developer's, shown this once.
 * @throws AppError `not_found`, `invalid_request`, `conflict` for names that are taken, `precondition_failed`.
 */
export async function updateAccount(
  deps: Deps,
  actor: Actor,
  id: string,
  changes: Partial<AccountInput> & { readonly disabled?: boolean },
  expectedVersion?: number,
): Promise<{ account: Account; apiKey: string | null }> {
  return await changeNoted(deps, actor, 'account.update', async (tx, now) => {
    const before = await requireAccount(tx, id)
    refuseStale(`Account ${accountName(before)}`, before, expectedVersion)
    const { disabled = before.disabledAt !== null, ...input } = changes
    const checked = checkAccount({ ...before, ...input })
    await refuseTakenAccount(tx, checked, id)
    const moved = checked.email !== before.email
    await writeAccount(
      tx,
      id,
      { ...checked, type: before.type },
      { disabledAt: disabled ? (before.disabledAt ?? now) : null, vouched: moved ? now : undefined },
    )
    const key = checked.type === 'developer' && before.type !== 'developer' ? newAccountApiKey() : null
    if (checked.type !== before.type) await setAccountType(tx, id, checked.type, key?.stored ?? null)
    // A link that went to an address with a slip in it must not open the account that was put right.
    if (disabled || moved) await voidAccountLinks(tx, id, now)
    if (disabled) await endSessionsOfAccount(tx, id, now)
    const after = await requireAccount(tx, id)
    return {
      result: { account: after, apiKey: key?.text ?? null },
      target: accountName(before),
      detail: differences(before, after),
    }
  })
}

/** Deletes an account; the readers that it was stay as they are, signed out. @throws AppError `not_found`. */
export async function deleteAccount(deps: Deps, actor: Actor, id: string): Promise<void> {
  await changeNoted(deps, actor, 'account.delete', async (tx, now) => {
    const before = await requireAccount(tx, id)
    await endSessionsOfAccount(tx, id, now)
    await removeAccount(tx, id)
    return { result: undefined, target: accountName(before), detail: { id } }
  })
}

/**
 * A new one-time link with which its owner sets a password; older ones are void, and wrong guesses are forgotten.
 * @throws AppError `not_found`, `conflict` for an account that is disabled.
 */
export async function renewAccountLink(deps: Deps, actor: Actor, id: string): Promise<AccountLink> {
  return await changeNoted(deps, actor, 'account.link', async (tx, now) => {
    const account = await requireAccount(tx, id)
    const target = accountName(account)
    if (account.disabledAt !== null) {
      throw new AppError('conflict', `The account ${target} is disabled. Enable it first.`)
    }
    await voidAccountLinks(tx, id, now)
    await forgetGuessesAtAccount(tx, account)
    const made = { accountId: id, createdBy: actor.name, life: accountLinkLives.invitation }
    return { result: await insertAccountLink(tx, made, now), target, detail: { id } }
  })
}

/** Signs somebody out everywhere. @throws AppError `not_found`. */
export async function endAllOfAccount(deps: Deps, actor: Actor, id: string): Promise<void> {
  await changeNoted(deps, actor, 'account.end-sessions', async (tx, now) => {
    const account = await requireAccount(tx, id)
    await endSessionsOfAccount(tx, id, now)
    return { result: undefined, target: accountName(account), detail: { id } }
  })
}

/** Where a link leads. */
export function accountLinkUrl(issuer: string, { token }: AccountLink): string {
  return `${issuer}/account/password?token=${token}`
}

/** What the audit log tells of a change: each setting that is another, from what to what. */
function differences(before: Account, after: Account): Record<string, unknown> {
  const settings = ({ username, email, name, type, scope, disabledAt }: Account) => ({
    ...{ username, email, name, type, scope },
    disabled: disabledAt !== null,
  })
  const was: Record<string, unknown> = settings(before)
  const changed = Object.entries(settings(after)).filter(([name, to]) => was[name] !== to)
  return Object.fromEntries(changed.map(([name, to]) => [name, { from: was[name], to }]))
}
