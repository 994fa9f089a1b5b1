import { recordRefusal, type Visit } from '../audit/attempts.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { ACCOUNT_ISSUER } from './account.ts'
import type { AccountCredentials } from './account-store.ts'
import { checkAccountPassword } from './check-account-password.ts'

/** What proves an account over the account API. */
export interface Proof {
  readonly name: string
  readonly password: string
}

/** Whether the timeline has room for one more refusal of this address: anybody can cause them. */
export type MayTell = () => Promise<boolean>

/** `checkAccountPassword`, with refusals told in the timeline of no project. @throws AppError as it does. */
export async function proveAccount(
  deps: { readonly database: Database; readonly clock: Clock },
  proof: Proof,
  visit: Visit,
  mayTell: MayTell,
): Promise<AccountCredentials> {
  try {
    return await checkAccountPassword(deps, proof, visit.address ?? '')
  } catch (error) {
    await tellAccountRefusal(deps, error, { projectId: null, reader: null }, visit, mayTell)
    throw error
  }
}

/** Writes into the timeline why a sign-in over the account API was refused, where there is a reason. */
export async function tellAccountRefusal(
  deps: { readonly database: Database; readonly clock: Clock },
  error: unknown,
  known: { readonly projectId: string | null; readonly reader: string | null },
  visit: Visit,
  mayTell: MayTell,
): Promise<void> {
  if (!(error instanceof AppError) || error.reason === undefined || !(await mayTell())) return
  const { account } = error.detail
  // What was typed as a name is now and then a password: who it is, is told of accounts alone.
  const reader = known.reader ?? (typeof account === 'string' ? `${ACCOUNT_ISSUER} ${account}` : null)
  const about = { step: 'exchange', projectId: known.projectId, reader, at: deps.clock.now() } as const
  const told = { reason: error.reason, detail: { ...error.detail, issuer: ACCOUNT_ISSUER } }
  await recordRefusal(deps.database, visit, about, told)
}
