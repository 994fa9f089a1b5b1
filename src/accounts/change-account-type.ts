import type { Visit } from '../audit/attempts.ts'
import { noteChange } from '../audit/note-change.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { type Account, accountName } from './account.ts'
import { newAccountApiKey } from './account-api-key.ts'
import { accountStillHolds, setAccountType } from './account-store.ts'
import { accountChanged } from './check-account-password.ts'
import { type MayTell, type Proof, proveAccount } from './prove-account.ts'

/**
 * Somebody changes the type of their own account.
 * @returns a developer's new API key, shown this once; null for a user, whose key is gone.
 * @throws AppError as `checkAccountPassword`, and `invalid_request` for the type that it has.
 */
export async function changeAccountType(
  deps: { readonly database: Database; readonly clock: Clock },
  input: Proof & { readonly type: Account['type'] },
  visit: Visit,
  mayTell: MayTell,
): Promise<string | null> {
  const credentials = await proveAccount(deps, input, visit, mayTell)
  const { account } = credentials
  const now = deps.clock.now()
  const apiKey = input.type === 'developer' ? newAccountApiKey() : null
  await deps.database.write(async tx => {
    if (!(await accountStillHolds(tx, credentials))) throw accountChanged()
    const changed = await setAccountType(tx, account.id, input.type, apiKey?.stored ?? null)
    if (!changed) {
      const fields = [{ field: 'type', problem: `is ${input.type} already` }]
      throw new AppError('invalid_request', `The account is of the type ${input.type} already.`, { fields })
    }
    const detail = { type: { from: account.type, to: input.type } }
    const actor = { name: `account:${accountName(account)}`, origin: visit.address ?? '' }
    await noteChange(tx, actor, { action: 'account.change-type', target: accountName(account), detail }, now)
  })
  return apiKey?.text ?? null
}
