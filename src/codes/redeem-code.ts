import {
  type AccountSession,
  findAccountSessionByKey,
  isLiveAccountSession,
} from '../accounts/account-sessions.ts'
import { recordStep, type Visit } from '../audit/attempts.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { sameDigest } from '../platform/hashing.ts'
import { keyOfSecret } from '../platform/one-time-secret.ts'
import { isActive } from '../projects/client-secrets.ts'
import type { Registry } from '../projects/registry.ts'
import { touchSecret } from '../projects/touch-secret.ts'
import type { Reader } from '../readers/reader.ts'
import { findReader } from '../readers/reader-store.ts'
import type { Session } from '../sessions/session.ts'
import { findLiveSession, insertSession } from '../sessions/session-store.ts'
import { endReplacedSession, endSession, succeedAccountSession } from '../sessions/sign-off.ts'
import { centralOf, checkAuthorization, endOf } from './check-authorization.ts'
import { checkBinding, ownSecret, sessionSecret } from './check-binding.ts'
import type { Code } from './code.ts'
import { buryCode, findCode, takeCode } from './code-store.ts'
import { leadOn } from './lead-on.ts'
import type { OutstandingCodes } from './outstanding-codes.ts'
import type { Redeemed, Redemption, Refusal } from './redemption.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly outstanding: OutstandingCodes
}

/** How long after its redemption a code still gives its own browser the session, should that have lost the cookie. */
const COMING_BACK = 60_000

type Outcome = { readonly refused: Refusal; readonly detail?: Record<string, unknown> } | Redeemed

/**
 * Redeems a code: exactly one of any number of calls opens a session; each later one is refused and ends what the first
 * opened. Everything is checked before the code is spent, and what may have changed since it was made is checked again.
 * @throws AppError `invalid_grant`; its `reason` is the true one and stands in the attempt already.
 */
export async function redeemCode(deps: Deps, redemption: Redemption, visit: Visit): Promise<Redeemed> {
  const now = deps.clock.now()
  const key = keyOfSecret(redemption.code)

  let traceId = visit.traceId
  const outcome = await deps.database.write(async tx => {
    const code = key && (await findCode(tx, key))
    const reader = code && (await findReader(tx, code.readerId))
    const decided = await decide(deps, tx, redemption, { key, code, reader }, now)
    const refused = 'refused' in decided
    const known = code?.projectId === redemption.project.id ? { code, reader } : undefined
    traceId = known?.code.traceId ?? visit.traceId
    if (!code && !redemption.tellsUnknown) return decided
    await recordStep(tx, {
      traceId,
      address: visit.address,
      projectId: redemption.project.id,
      at: now,
      ...(refused ? stepOfRefusal(decided.refused) : { step: 'swap', outcome: 'passed', reason: null }),
      reader: known?.reader?.externalId ?? null,
      detail: refused
        ? (decided.detail ?? {})
        : {
            opens: redemption.opens,
            ...(redemption.confirmation && { confirmed: true }),
            ...(decided.cameBack && { cameBack: true }),
            ...(decided.despite && { despite: decided.despite }),
          },
    })
    if (redemption.secret) await touchSecret(tx, redemption.secret, now)
    return decided
  })

  if ('refused' in outcome) {
    const sentence = 'The code is unknown, expired, used, or not for this client.'
    const refusal = new AppError('invalid_grant', sentence, { reason: outcome.refused })
    refusal.traceId = traceId
    throw refusal
  }
  if (!outcome.cameBack) deps.outstanding.release(redemption.project.id)
  return outcome
}

async function decide(
  deps: Deps,
  tx: Handle,
  redemption: Redemption,
  found: {
    key: Buffer | undefined
    code: Code | undefined
    reader: Reader | undefined
  },
  now: number,
): Promise<Outcome> {
  const decided = await openOrRefuse(deps, tx, redemption, found, now)
  // Who caused a session to be revoked is not led anywhere.
  if (!('refused' in decided) || decided.detail?.sessionRevoked) return decided
  return (await leadOn(tx, redemption, found.code, decided.refused, now)) ?? decided
}

/** Being asked is a step on the way, not a failure. */
function stepOfRefusal(reason: Refusal) {
  return reason === 'confirm_needed'
    ? ({ step: 'confirm', outcome: 'passed', reason: null } as const)
    : ({ step: 'swap', outcome: 'failed', reason } as const)
}

async function openOrRefuse(
  deps: Deps,
  tx: Handle,
  redemption: Redemption,
  found: { key: Buffer | undefined; code: Code | undefined; reader: Reader | undefined },
  now: number,
): Promise<Outcome> {
  const { key, code, reader } = found
  if (!key) return { refused: 'code_malformed' }
  if (!code || !reader) return { refused: 'code_unknown' }
  if (code.projectId !== redemption.project.id) return { refused: 'code_other_project' }
  // Whoever made it says what it is: the code inside a login token is no code by itself.
  const isLoginToken = deps.registry.client(code.clientId)?.kind === 'application'
  if (isLoginToken !== (redemption.loginToken ?? false)) return { refused: 'code_other_door' }
  if (code.redeemedAt !== null) return await answerReplay(tx, redemption, code, now)
  const reason = whyRefused(deps.registry, redemption, code, reader, now)
  if (reason === 'code_expired') await buryCode(tx, key)
  if (reason === 'confirm_needed') return { refused: reason, detail: { asked: true } }
  if (reason) return { refused: reason }
  const central = code.authorization && (await centralOf(tx, code.authorization, now))
  if (code.authorization && !central) return { refused: 'session_over' }
  const account = code.centralKey && (await accountSessionOf(tx, code.centralKey, now))
  if (code.centralKey && !account) return { refused: 'session_over' }
  const token = sessionSecret(redemption, code, now)
  if (!(await takeCode(tx, key, token.key, now))) return { refused: 'code_used' }

  const { currentSession } = redemption
  const goesOn = currentSession && (await endReplacedSession(tx, currentSession, reader.id, now))
  if (goesOn && account) await succeedAccountSession(tx, goesOn, account.key)
  const session: Session = {
    key: token.key,
    projectId: code.projectId,
    readerId: reader.id,
    kind: redemption.opens,
    traceId: code.traceId,
    createdAt: now,
    expiresAt: central ? endOf(code.authorization!, central) : now + code.validityMinutes * 60_000,
    centralKey: central?.key ?? account?.key ?? goesOn ?? null,
    clientId: redemption.clientId ?? null,
    authTime: central?.authTime ?? account?.createdAt ?? now,
  }
  await insertSession(tx, session)
  await redemption.alongside?.(tx, session, code)
  return { session, reader, code, redirectPath: code.redirectPath, sessionToken: token.text, cameBack: false }
}

/** The account session that a code came of. Whoever signed off between the two is not signed in by it. */
async function accountSessionOf(
  tx: Handle,
  key: Uint8Array,
  now: number,
): Promise<AccountSession | undefined> {
  const session = await findAccountSessionByKey(tx, key)
  return session && isLiveAccountSession(session, now) ? session : undefined
}

/** A used code: Back or reload in the browser that used it leads on; anything else ends what the code opened. */
async function answerReplay(tx: Handle, redemption: Redemption, code: Code, now: number): Promise<Outcome> {
  const opened = code.sessionKey!
  const own = redemption.currentSession && sameDigest(redemption.currentSession, opened)
  const again =
    now - code.redeemedAt! <= COMING_BACK ? ownSecret(redemption, code, code.redeemedAt!) : undefined
  const lost = !own && again !== undefined && sameDigest(again.key, opened)
  const session = own || lost ? await findLiveSession(tx, opened, now) : undefined
  if (session) {
    const { reader } = session
    const sessionToken = lost ? { sessionToken: again.text } : {}
    return { session, reader, code, redirectPath: code.redirectPath, cameBack: true, ...sessionToken }
  }
  const revoked = await endSession(tx, opened, 'code_reused', now)
  return { refused: 'code_used', detail: { sessionRevoked: revoked, redeemedAt: code.redeemedAt } }
}

function whyRefused(
  registry: Registry,
  redemption: Redemption,
  code: Code,
  reader: Reader,
  now: number,
): Refusal | undefined {
  if (now >= code.expiresAt) return 'code_expired'
  if (!redemption.project.jwtEnabled) return 'jwt_off'
  if (code.standard !== redemption.project.standard) return 'other_standard'
  if (reader.blockedAt !== null) return 'reader_blocked'
  if (code.authorization)
    return checkAuthorization(redemption, code.authorization) ?? checkBinding(redemption, code)
  if (redemption.needsAuthorization) return 'code_other_client'
  // An administrator's test is made without a secret, so none can have been retired since.
  if (code.secretId !== null && !isSecretGood(registry, code, now)) return 'secret_revoked_since'
  return checkBinding(redemption, code)
}

function isSecretGood(registry: Registry, { clientId, secretId }: Code, now: number): boolean {
  const secret = registry.client(clientId)?.secrets.find(candidate => candidate.id === secretId)
  return secret !== undefined && isActive(secret, now)
}
