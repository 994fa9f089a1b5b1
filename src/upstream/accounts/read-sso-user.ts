import { ACCOUNT_ISSUER } from '../../accounts/account.ts'
import {
  type AccountSession,
  endOfAccountSession,
  findAccountSessionByKey,
  isLiveAccountSession,
  needsTouch,
  touchAccountSession,
} from '../../accounts/account-sessions.ts'
import { findAccount } from '../../accounts/account-store.ts'
import { recordStep, type Visit } from '../../audit/attempts.ts'
import type { Reason } from '../../audit/reasons.ts'
import { refuseClosed } from '../../codes/make-code.ts'
import type { Database } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Project } from '../../projects/project.ts'
import type { Registry } from '../../projects/registry.ts'
import { findReader } from '../../readers/reader-store.ts'
import { findSsoToken, type SsoToken, takeFirstUse } from '../../sessions/accounts/sso-token-store.ts'
import { extendSession, findLiveSession, findSession } from '../../sessions/session-store.ts'
import { identityOfAccount } from '../identity-of-account.ts'
import { externalIdOf, type Identity } from '../identity-provider.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
}

/** What a service learns of its user (contract, section 7). */
export interface SsoUser {
  readonly username: string
  /** Empty unless somebody has made sure that it is theirs. */
  readonly email: string
  readonly name: string
  /** Slugs of reader groups. */
  readonly groups: readonly string[]
  /** Seconds since the epoch: when the sign-in ends if nobody asks any more. */
  readonly expiresAt: number
}

/** What a refusal is told with: as much as is known of the sign-in. */
interface Known {
  project?: Project | undefined
  traceId?: string
  reader?: string
}

/**
 * The user behind a token, for the service that was handed it; asking keeps the sign-in alive. Everything that may have
 * changed since the password was typed is looked at each time.
 * @param origin of the page that asks, where a browser does; null: a server asks, which says nothing of the kind
 * @param mayTell whether the timeline has room for one more refusal of this address
 * @throws AppError `invalid_token`, one answer for everything; why stands in the attempt.
 */
export async function readSsoUser(
  deps: Deps,
  presented: { readonly token: string; readonly origin: string | null },
  visit: Visit,
  mayTell: (project: Project | undefined) => Promise<boolean>,
): Promise<SsoUser> {
  const known: Known = {}
  try {
    return await read(deps, presented, visit, known)
  } catch (error) {
    if (!(error instanceof AppError) || error.reason === undefined) throw error
    const { reason, detail } = error
    if (await mayTell(known.project)) {
      await deps.database.write(tx =>
        recordStep(tx, {
          ...visit,
          traceId: known.traceId ?? visit.traceId,
          projectId: known.project?.id ?? null,
          at: deps.clock.now(),
          step: 'swap',
          outcome: 'failed',
          reason: reason,
          reader: known.reader ?? null,
          detail: { ...detail, opens: 'sso' },
        }),
      )
    }
    const refusal = new AppError('invalid_token', 'The session is over, or was never one.', { reason })
    if (known.traceId !== undefined) refusal.traceId = known.traceId
    throw refusal
  }
}

async function read(
  { database, clock, registry }: Deps,
  presented: { readonly token: string; readonly origin: string | null },
  visit: Visit,
  known: Known,
): Promise<SsoUser> {
  const now = clock.now()
  const token = await findSsoToken(database.read, presented.token)
  if (!token) throw no('sso_token_unknown')
  const project = registry.projectById(token.projectId)
  const session = await findAccountSessionByKey(database.read, token.accountSessionKey)
  const opened = await findSession(database.read, token.sessionKey)
  known.project = project
  if (opened) known.traceId = opened.traceId
  if (session) known.reader = externalIdOf({ issuer: ACCOUNT_ISSUER, subject: session.accountId })
  if (presented.origin !== null && presented.origin !== token.targetOrigin) {
    throw no('sso_token_other_origin', { origin: presented.origin.slice(0, 200), target: token.targetOrigin })
  }
  if (!project || !session || !isLiveAccountSession(session, now)) throw no('session_over')
  refuseClosed(project, 'accounts')
  const account = await findAccount(database.read, session.accountId)
  if (!account) throw no('account_unknown')
  if (account.disabledAt !== null) throw no('account_disabled')
  const identity = await identityOfAccount(database.read, project, account)
  const reader = opened && (await findReader(database.read, opened.readerId))
  if (reader && reader.blockedAt !== null) throw no('reader_blocked')
  const used = token.firstUsedAt !== null || (await takeFirst(database, token, session, identity, visit, now))
  if (!used) throw no('sso_token_expired')
  if (!(await findLiveSession(database.read, token.sessionKey, now))) throw no('session_over')
  if (needsTouch(session, now)) await database.write(tx => touchAccountSession(tx, session, now))
  const { username, email, groups } = identity
  const end = endOfAccountSession({ ...session, lastSeenAt: now })
  return { username, email, name: account.name || username, groups, expiresAt: Math.floor(end / 1000) }
}

/** The first use makes the token's session one that lasts; two at once are both served. */
async function takeFirst(
  database: Database,
  token: SsoToken,
  session: AccountSession,
  identity: Identity,
  visit: Visit,
  now: number,
): Promise<boolean> {
  const taken = await database.write(async tx => {
    const opened = await findLiveSession(tx, token.sessionKey, now)
    if (!opened || !(await takeFirstUse(tx, token.key, now))) return false
    await extendSession(tx, token.sessionKey, session.expiresAt)
    await recordStep(tx, {
      traceId: opened.traceId,
      address: visit.address,
      projectId: token.projectId,
      at: now,
      step: 'swap',
      outcome: 'passed',
      reason: null,
      reader: externalIdOf(identity),
      detail: { opens: 'sso', target: token.targetOrigin },
    })
    return true
  })
  return taken || (await findLiveSession(database.read, token.sessionKey, now)) !== undefined
}

function no(reason: Reason, detail: Record<string, unknown> = {}): AppError {
  return new AppError('invalid_token', 'The session is over, or was never one.', { reason, detail })
}
