import type { Account } from '../../accounts/account.ts'
import { recordStep, type Visit } from '../../audit/attempts.ts'
import { blocked } from '../../codes/make-code.ts'
import { readPush } from '../../codes/read-push.ts'
import type { Database } from '../../db/database.ts'
import type { Handle } from '../../db/handle.ts'
import { AppError } from '../../errors.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import type { Clock } from '../../platform/clock.ts'
import { newOneTimeSecret } from '../../platform/one-time-secret.ts'
import type { Project } from '../../projects/project.ts'
import type { Registry } from '../../projects/registry.ts'
import { admitReader } from '../../readers/admit-reader.ts'
import type { Session } from '../../sessions/session.ts'
import { insertSession } from '../../sessions/session-store.ts'
import type { Identity } from '../identity-provider.ts'
import { pushOfIdentity } from '../push-of-identity.ts'
import { issueSuiteToken } from './suite-token.ts'

export interface SuiteDeps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly keys: KeyRing
  readonly issuer: string
}

/**
 * Opens a session of an account in a suite, as the reader that it is there. @returns the JWT.
 * @param refused is asked in the transaction: why what was proved before it is no longer so. It may write what goes with it.
 * @throws AppError `access_denied`, and what `refused` gives.
 */
export async function openSuiteSession(
  deps: SuiteDeps,
  project: Project,
  account: Account,
  about: {
    readonly identity: Identity
    readonly userId: string
    readonly authTime: number
    readonly renewed: boolean
  },
  visit: Visit,
  refused: (tx: Handle, now: number) => Promise<AppError | undefined>,
): Promise<string> {
  const now = deps.clock.now()
  const pushed = readPush(project, pushOfIdentity(project, about.identity), now)
  const key = await deps.keys.signingKey(project.signingAlgorithm)
  const opened = await deps.database.write(async (tx): Promise<Session | AppError> => {
    const refusal = await refused(tx, now)
    if (refusal) return refusal
    const reader = await admitReader(tx, project.id, pushed.profile, now)
    if (reader.blockedAt !== null) throw blocked()
    const session: Session = {
      // Nobody presents it: the JWT names it by its ID.
      key: newOneTimeSecret(now).key,
      projectId: project.id,
      readerId: reader.id,
      kind: 'tokens',
      traceId: visit.traceId,
      createdAt: now,
      expiresAt: now + pushed.validityMinutes * 60_000,
      centralKey: null,
      clientId: null,
      authTime: about.authTime,
    }
    await insertSession(tx, session)
    await recordStep(tx, {
      ...visit,
      projectId: project.id,
      at: now,
      step: 'exchange',
      outcome: 'passed',
      reason: null,
      reader: pushed.profile.externalId,
      detail: {
        ...pushed.detail,
        issuer: about.identity.issuer,
        account: account.id,
        renewed: about.renewed,
      },
    })
    return session
  })
  if (opened instanceof AppError) throw opened
  return issueSuiteToken(key, deps.issuer, opened, { account, userId: about.userId, now })
}
