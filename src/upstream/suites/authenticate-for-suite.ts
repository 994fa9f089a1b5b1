// Signing in to a suite, and asking whether somebody still is (contract, section 8).

import { ACCOUNT_ISSUER } from '../../accounts/account.ts'
import { accountStillHolds, findAccount } from '../../accounts/account-store.ts'
import { accountChanged, checkAccountPassword } from '../../accounts/check-account-password.ts'
import { type MayTell, type Proof, tellAccountRefusal } from '../../accounts/prove-account.ts'
import type { Visit } from '../../audit/attempts.ts'
import { refuseClosed } from '../../codes/make-code.ts'
import { AppError } from '../../errors.ts'
import { toSeconds } from '../../platform/clock.ts'
import type { Project } from '../../projects/project.ts'
import { findLiveSession } from '../../sessions/session-store.ts'
import { endSession } from '../../sessions/sign-off.ts'
import { identityOfAccount } from '../identity-of-account.ts'
import { openSuiteSession, type SuiteDeps } from './open-suite-session.ts'
import { readSuiteToken, userIdOf } from './suite-token.ts'

/** What the timeline is told of a refusal: as much as is known by then. */
interface Known {
  projectId: string | null
  reader: string | null
}

/**
 * Signs somebody in to a suite by user name or e-mail address and password. @returns a new JWT.
 * @throws AppError `invalid_request` for an unknown or closed suite, `access_denied` in the same words for a wrong password
 * as for nobody of this name, `slow_down`.
 */
export async function signInToSuite(
  deps: SuiteDeps,
  input: Proof & { readonly suiteId: string },
  visit: Visit,
  mayTell: MayTell,
): Promise<string> {
  return await telling(deps, visit, mayTell, async known => {
    requireSuite(deps, input.suiteId, known)
    const credentials = await checkAccountPassword(deps, input, visit.address ?? '')
    const { account } = credentials
    known.reader = readerOf(account.id)
    // Comparing took its time: what may have changed meanwhile is looked at again.
    await deps.registry.refresh()
    const project = requireSuite(deps, input.suiteId, known)
    const identity = await identityOfAccount(deps.database.read, project, account)
    const userId = userIdOf(account, input.name.normalize('NFKC'))
    const about = { identity, userId, authTime: deps.clock.now(), renewed: false }
    return await openSuiteSession(deps, project, account, about, visit, async tx =>
      (await accountStillHolds(tx, credentials)) ? undefined : accountChanged(),
    )
  })
}

/**
 * Whether a JWT still stands for a sign-in. @returns the same JWT; with `renew` a new one, and the old one is over.
 * @throws AppError `invalid_token` for one that is expired, not genuine, or signed out.
 */
export async function continueInSuite(
  deps: SuiteDeps,
  input: { readonly jwt: string; readonly renew: boolean },
  visit: Visit,
  mayTell: MayTell,
): Promise<string> {
  return await telling(deps, visit, mayTell, async known => {
    const now = deps.clock.now()
    const token = await readSuiteToken(deps.keys, deps.issuer, input.jwt)
    if (!token) throw over('The JWT is not valid.', 'suite_token_invalid')
    known.projectId = token.projectId
    if (token.exp <= toSeconds(now)) {
      throw over('The JWT has expired. Sign in again to get a new one.', 'suite_token_expired')
    }
    const session = await findLiveSession(deps.database.read, token.sessionKey, now)
    if (!session) throw over('The JWT was signed out.', 'suite_session_over')
    known.reader = session.reader.externalId
    const project = requireSuite(deps, session.projectId, known)
    const account = await findAccount(
      deps.database.read,
      session.reader.externalId.slice(ACCOUNT_ISSUER.length + 1),
    )
    if (!account || account.disabledAt !== null) throw over('The JWT was signed out.', 'suite_session_over')
    const identity = await identityOfAccount(deps.database.read, project, account)
    if (!input.renew) return input.jwt
    const { authTime } = session
    const about = { identity, userId: userIdOf(account, token.userId), authTime, renewed: true }
    return await openSuiteSession(deps, project, account, about, visit, async (tx, moment) => {
      const ended = await endSession(tx, session.key, 'replaced', moment)
      return ended ? undefined : over('The JWT was signed out.', 'suite_session_over')
    })
  })
}

/** The project of a suite. @throws AppError `invalid_request`. */
function requireSuite({ registry }: SuiteDeps, id: string, known: Known): Project {
  const project = registry.projectById(id)
  if (!project) throw new AppError('invalid_request', 'There is no such suite.', { reason: 'suite_unknown' })
  known.projectId = project.id
  try {
    refuseClosed(project, 'accounts')
  } catch (error) {
    const { reason, detail } = error as AppError
    const sentence =
      reason === 'jwt_off' ? 'Nobody can sign in to this suite at the moment.' : 'There is no such suite.'
    throw new AppError('invalid_request', sentence, { ...(reason && { reason }), detail })
  }
  return project
}

async function telling<T>(
  deps: SuiteDeps,
  visit: Visit,
  mayTell: MayTell,
  work: (known: Known) => Promise<T>,
): Promise<T> {
  const known: Known = { projectId: null, reader: null }
  try {
    return await work(known)
  } catch (error) {
    await tellAccountRefusal(deps, error, known, visit, mayTell)
    throw error
  }
}

function readerOf(accountId: string): string {
  return `${ACCOUNT_ISSUER} ${accountId}`
}

function over(sentence: string, reason: string): AppError {
  return new AppError('invalid_token', sentence, { reason })
}
