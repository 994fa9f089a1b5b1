import type { Account } from '../../accounts/account.ts'
import {
  type AccountSession,
  findAccountSessionByKey,
  isLiveAccountSession,
} from '../../accounts/account-sessions.ts'
import { recordStep, type Visit } from '../../audit/attempts.ts'
import { blocked, refuseClosed } from '../../codes/make-code.ts'
import { readPush } from '../../codes/read-push.ts'
import type { Database } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { newOneTimeSecret } from '../../platform/one-time-secret.ts'
import { type Target, withToken } from '../../projects/allowed-target.ts'
import { admitReader } from '../../readers/admit-reader.ts'
import { FIRST_USE, insertSsoToken } from '../../sessions/accounts/sso-token-store.ts'
import { insertSession } from '../../sessions/session-store.ts'
import { identityOfAccount } from '../identity-of-account.ts'
import { pushOfIdentity } from '../push-of-identity.ts'
import { tellingRefusal } from './tell-refusal.ts'

/**
 * Gives a service a token for whoever is signed in (contract, section 7). It opens a session of the target's project,
 * which ends with the account session, and after a minute in which the service has not asked.
 * @returns the target with the token in its query.
 * @throws AppError `access_denied` where the project, or its standard, lets nobody in, or not this account.
 */
export async function issueSsoToken(
  deps: { readonly database: Database; readonly clock: Clock },
  target: Target,
  { account, session }: { readonly account: Account; readonly session: AccountSession },
  visit: Visit,
): Promise<string> {
  const { project, origin } = target
  return await tellingRefusal(deps, 'code', { project }, visit, async () => {
    refuseClosed(project, 'accounts')
    const now = deps.clock.now()
    const identity = await identityOfAccount(deps.database.read, project, account)
    const { profile, detail } = readPush(project, pushOfIdentity(project, identity), now)
    const issued = await deps.database.write(async tx => {
      // Whoever signed off in another tab a moment ago is signed in nowhere.
      const current = await findAccountSessionByKey(tx, session.key)
      if (!current || !isLiveAccountSession(current, now)) return over()
      const reader = await admitReader(tx, project.id, profile, now)
      if (reader.blockedAt !== null) return blocked()
      const opened = newOneTimeSecret(now).key
      await insertSession(tx, {
        key: opened,
        projectId: project.id,
        readerId: reader.id,
        kind: 'tokens',
        traceId: visit.traceId,
        createdAt: now,
        expiresAt: now + FIRST_USE,
        centralKey: session.key,
        clientId: null,
        authTime: session.createdAt,
      })
      const token = {
        projectId: project.id,
        accountSessionKey: session.key,
        sessionKey: opened,
        targetOrigin: origin,
      }
      const text = await insertSsoToken(tx, token, now)
      await recordStep(tx, {
        ...visit,
        projectId: project.id,
        at: now,
        step: 'code',
        outcome: 'passed',
        reason: null,
        reader: profile.externalId,
        detail: { groups: detail.groups, issuer: identity.issuer, account: account.id, target: origin },
      })
      return text
    })
    if (issued instanceof AppError) throw issued
    return withToken(target.url, issued)
  })
}

function over(): AppError {
  return new AppError('access_denied', 'This sign-in has ended.', { reason: 'session_over' })
}
