// A suite is a project: what the account API calls it. It signs readers in by accounts, takes anyone who has one, and
// has no site until an administrator gives it an address.
import type { Visit } from '../audit/attempts.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { nameProblem } from '../platform/display-name.ts'
import { uuidv7 } from '../platform/random.ts'
import { changeSettings } from '../projects/change-settings.ts'
import { createProjectIn } from '../projects/create-project.ts'
import { isTaken, listSuites, markSuite } from '../projects/suite-store.ts'
import { accountName } from './account.ts'
import { isApiKeyOf } from './account-api-key.ts'
import { accountStillHolds } from './account-store.ts'
import { accountChanged } from './check-account-password.ts'
import { type MayTell, type Proof, proveAccount } from './prove-account.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly issuer: string
}

/** What each request costs all the others is in memory: see projects/registry.ts. */
const MOST_SUITES = 50

/**
 * A developer makes a suite. @returns its ID: `ssoSuiteId`, and the ID of the project.
 * @throws AppError as `checkAccountPassword`; `invalid_request` for a wrong API key, an account that is no developer's, or
 * a bad name; `conflict` for a name that another suite has.
 */
export async function createSuite(
  deps: Deps,
  input: Proof & { readonly apiKey: string; readonly suiteName: string },
  visit: Visit,
  mayTell: MayTell,
): Promise<string> {
  const credentials = await proveAccount(deps, input, visit, mayTell)
  const { account } = credentials
  if (account.type !== 'developer') {
    throw new AppError('invalid_request', 'Only an account of the type developer makes suites.')
  }
  if (!isApiKeyOf(credentials, input.apiKey)) {
    throw new AppError('invalid_request', 'The apiKey is not that of this account.')
  }
  const name = input.suiteName.trim().normalize('NFC')
  const problem = nameProblem(name)
  if (problem !== undefined) throw new AppError('invalid_request', `ssoSuiteName ${problem}.`)
  const now = deps.clock.now()
  const actor = { name: `account:${accountName(account)}`, origin: visit.address ?? '' }
  return await changeSettings(deps.database, actor, now, async tx => {
    if (!(await accountStillHolds(tx, credentials))) throw accountChanged()
    await refuse(tx, account.id, name)
    const slug = await freeSlug(tx, name, now)
    const settings = {
      slug,
      name,
      siteUrl: '',
      loginUrl: '',
      standard: 'accounts',
      accountAdmission: 'anyone',
    } as const
    const { result, event } = await createProjectIn(tx, deps.issuer, settings, now)
    await markSuite(tx, result.id, account.id)
    return { result: result.id, event }
  })
}

async function refuse(tx: Handle, accountId: string, name: string): Promise<void> {
  const suites = await listSuites(tx)
  const same = (other: string) => canonical(other) === canonical(name)
  if (suites.some(suite => same(suite.name))) {
    throw new AppError('conflict', 'There is a suite of this name already.')
  }
  if (suites.filter(suite => suite.accountId === accountId).length >= MOST_SUITES) {
    throw new AppError('conflict', `A developer has at most ${MOST_SUITES} suites.`)
  }
}

function canonical(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

/** The name as a slug, where nobody has it; else with the end of an ID. */
async function freeSlug(tx: Handle, name: string, now: number): Promise<string> {
  const words = canonical(name)
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
  const slug = words || 'suite'
  return (await isTaken(tx, slug)) || !words ? `${slug}-${uuidv7(now).slice(-12)}` : slug
}
