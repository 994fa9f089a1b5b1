import type { Actor } from '../audit/audit-log.ts'
import { noteChange } from '../audit/note-change.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { hashPassword } from '../passwords/password.ts'
import type { Clock } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import { type Account, type AccountInput, accountName, checkAccount } from './account.ts'
import { newAccountApiKey } from './account-api-key.ts'
import { insertAccount, refuseTakenAccount, requireAccount } from './account-store.ts'

export interface NewAccount extends AccountInput {
  /** Checked already; left out: they set one by a link. */
  readonly password?: string
  /** Who makes it vouches for the e-mail address; who registers over the account API does not. */
  readonly emailVerified: boolean
}

export interface CreatedAccount {
  readonly account: Account
  /** A developer's, shown this once. */
  readonly apiKey: string | null
}

/**
 * Makes an account. `alongside`: what else is written with it, such as a membership.
 * @throws AppError `invalid_request` with a problem per field, `conflict` for a user name or an address that is taken.
 */
export async function createAccount(
  deps: { readonly database: Database; readonly clock: Clock },
  actor: Actor,
  input: NewAccount,
  alongside: (tx: Handle, account: Account, now: number) => Promise<void> = async () => {},
): Promise<CreatedAccount> {
  const now = deps.clock.now()
  const checked = checkAccount(input)
  // Before the costly hash, and again in the transaction.
  await refuseTakenAccount(deps.database.read, checked)
  const passwordHash = input.password === undefined ? null : await hashPassword(input.password)
  const apiKey = checked.type === 'developer' ? newAccountApiKey() : null
  const account = await deps.database.write(async tx => {
    await refuseTakenAccount(tx, checked)
    const id = uuidv7(now)
    const { emailVerified } = input
    await insertAccount(tx, id, checked, { passwordHash, apiKey: apiKey?.stored ?? null, emailVerified }, now)
    const { username, email, name, type, scope } = checked
    const detail = { id, username, email, name, type, scope }
    await noteChange(tx, actor, { action: 'account.create', target: accountName(checked), detail }, now)
    const made = await requireAccount(tx, id)
    await alongside(tx, made, now)
    return made
  })
  return { account, apiKey: apiKey?.text ?? null }
}
