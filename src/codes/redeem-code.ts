import { recordStep, type Visit } from '../audit/attempts.ts'
import type { Reason } from '../audit/reasons.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { decodeBase64url } from '../platform/base64url.ts'
import type { Clock } from '../platform/clock.ts'
import { sameDigest, sha256 } from '../platform/hashing.ts'
import { keyOfSecret, newOneTimeSecret, type OneTimeSecret } from '../platform/one-time-secret.ts'
import { isActive } from '../projects/client-secrets.ts'
import type { ClientSecret, Project } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'
import { touchSecret } from '../projects/touch-secret.ts'
import type { Reader } from '../readers/reader.ts'
import { findReader } from '../readers/reader-store.ts'
import type { LiveSession, Session, SessionKind } from '../sessions/session.ts'
import { endSession, findLiveSession, insertSession } from '../sessions/session-store.ts'
import type { Authorization, Code } from './code.ts'
import { buryCode, findCode, takeCode } from './code-store.ts'
import type { OutstandingCodes } from './outstanding-codes.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly outstanding: OutstandingCodes
}

/** What is presented, by whom, and what it is to open. */
export interface Redemption {
  readonly project: Project
  readonly code: string
  readonly opens: SessionKind
  /** The secret that the site proved itself with; a site in this process has no need of one. */
  readonly secret?: ClientSecret
  /** PKCE verifiers of which one must match a code that carries a challenge. */
  readonly verifiers: readonly string[]
  /** Refuse a verifier for a code without a challenge (RFC 9700, section 2.1.1): somebody stripped the challenge. */
  readonly verifierImpliesChallenge: boolean
  /** Whether a code that does not exist is worth a step in the timeline. */
  readonly tellsUnknown: boolean
  /** The client that swaps the code at the token endpoint, and the `redirect_uri` that it names. */
  readonly clientId?: string
  readonly redirectUri?: string
  /** The session that the browser has already: it ends with the new one, or shows who comes Back. */
  readonly currentSession?: Uint8Array
}

export interface Redeemed {
  readonly session: Session
  readonly reader: Reader
  readonly code: Code
  readonly redirectPath: string | null
  /** What the browser keeps to show that the session is its own; absent where it came Back to the one that it has. */
  readonly sessionToken?: string
  readonly cameBack: boolean
}

/** How long after its redemption a code still leads its own browser to where it was going. */
const COMING_BACK = 60_000

type Outcome = { readonly refused: Reason; readonly detail?: Record<string, unknown> } | Redeemed

/**
 * Redeems a code: exactly one of any number of calls opens a session; each later one is refused and ends what the first
 * opened. Everything is checked before the code is spent, and what may have changed since it was made is checked again.
 * @throws AppError `invalid_grant`; its `reason` is the true one and stands in the attempt already.
 */
export async function redeemCode(deps: Deps, redemption: Redemption, visit: Visit): Promise<Redeemed> {
  const now = deps.clock.now()
  const key = keyOfSecret(redemption.code)
  const token = newOneTimeSecret(now)

  let traceId = visit.traceId
  const outcome = await deps.database.write(async tx => {
    const code = key && (await findCode(tx, key))
    const reader = code && (await findReader(tx, code.readerId))
    const decided = await decide(deps, tx, redemption, { key, code, reader, token }, now)
    const refused = 'refused' in decided
    const known = code?.projectId === redemption.project.id ? { code, reader } : undefined
    traceId = known?.code.traceId ?? visit.traceId
    if (!code && !redemption.tellsUnknown) return decided
    await recordStep(tx, {
      traceId,
      address: visit.address,
      projectId: redemption.project.id,
      at: now,
      step: 'swap',
      outcome: refused ? 'failed' : 'passed',
      reason: refused ? decided.refused : null,
      reader: known?.reader?.externalId ?? null,
      detail: refused
        ? (decided.detail ?? {})
        : { opens: redemption.opens, ...(decided.cameBack && { cameBack: true }) },
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
    token: OneTimeSecret
  },
  now: number,
): Promise<Outcome> {
  const { key, code, reader, token } = found
  if (!key) return { refused: 'code_malformed' }
  if (!code || !reader) return { refused: 'code_unknown' }
  if (code.projectId !== redemption.project.id) return { refused: 'code_other_project' }
  if (code.redeemedAt !== null) return await answerReplay(tx, redemption, code, now)
  const reason = whyRefused(deps.registry, redemption, code, reader, now)
  if (reason === 'code_expired') await buryCode(tx, key)
  if (reason) return (await stayIn(tx, redemption, { code, reason }, now)) ?? { refused: reason }
  const central = code.authorization && (await centralOf(tx, code.authorization, now))
  if (code.authorization && !central) return { refused: 'session_over' }
  if (!(await takeCode(tx, key, token.key, now))) return { refused: 'code_used' }

  const session: Session = {
    key: token.key,
    projectId: code.projectId,
    readerId: reader.id,
    kind: redemption.opens,
    traceId: code.traceId,
    createdAt: now,
    expiresAt: central ? endOf(code, central) : now + code.validityMinutes * 60_000,
    centralKey: central?.key ?? null,
    clientId: redemption.clientId ?? null,
    authTime: central?.authTime ?? now,
  }
  await insertSession(tx, session)
  if (redemption.currentSession) await endSession(tx, redemption.currentSession, 'replaced', now)
  return { session, reader, code, redirectPath: code.redirectPath, sessionToken: token.text, cameBack: false }
}

/** A used code: Back or reload in the browser that used it leads on; anything else ends what the code opened. */
async function answerReplay(tx: Handle, redemption: Redemption, code: Code, now: number): Promise<Outcome> {
  const opened = code.sessionKey!
  const own = redemption.currentSession && sameDigest(redemption.currentSession, opened)
  if (own && now - code.redeemedAt! <= COMING_BACK) {
    const session = await findLiveSession(tx, opened, now)
    if (session) {
      return { session, reader: session.reader, code, redirectPath: code.redirectPath, cameBack: true }
    }
  }
  const revoked = await endSession(tx, opened, 'code_reused', now)
  return { refused: 'code_used', detail: { sessionRevoked: revoked, redeemedAt: code.redeemedAt } }
}

/**
 * Back to a login page that sends its readers on at once brings a code bound to an attempt that is over. A browser in
 * which the same reader is in already is led on; the code stays unspent and opens nothing.
 */
async function stayIn(
  tx: Handle,
  { currentSession, project }: Redemption,
  { code, reason }: { code: Code; reason: Reason },
  now: number,
): Promise<Redeemed | undefined> {
  if (!currentSession || !['verifier_missing', 'verifier_wrong'].includes(reason)) return undefined
  const session = await findLiveSession(tx, currentSession, now)
  if (session?.readerId !== code.readerId || session.projectId !== project.id) return undefined
  return { session, reader: session.reader, code, redirectPath: code.redirectPath, cameBack: true }
}

function whyRefused(
  registry: Registry,
  redemption: Redemption,
  code: Code,
  reader: Reader,
  now: number,
): Reason | undefined {
  if (now >= code.expiresAt) return 'code_expired'
  if (!redemption.project.jwtEnabled) return 'jwt_off'
  if (reader.blockedAt !== null) return 'reader_blocked'
  if (code.authorization) {
    if (redemption.clientId !== code.authorization.clientId) return 'code_other_client'
    if (redemption.redirectUri !== code.authorization.redirectUri) return 'redirect_not_allowed'
  } else if (!madeByActiveSecret(registry, code, now)) return 'secret_revoked_since'
  if (code.codeChallenge === null) {
    return redemption.verifierImpliesChallenge && redemption.verifiers.length > 0
      ? 'verifier_unexpected'
      : undefined
  }
  if (redemption.verifiers.length === 0) return 'verifier_missing'
  const matches = redemption.verifiers.some(verifier => challengeOf(verifier) === code.codeChallenge)
  return matches ? undefined : 'verifier_wrong'
}

function madeByActiveSecret(registry: Registry, code: Code, now: number): boolean {
  const secret = registry.client(code.clientId)?.secrets.find(candidate => candidate.id === code.secretId)
  return secret !== undefined && isActive(secret, now)
}

/** The longest that offline access lasts without the reader: as long as the longest session may. */
const OFFLINE = 1440 * 60_000

function endOf(code: Code, central: LiveSession): number {
  const offline = code.authorization?.scope.split(' ').includes('offline_access')
  return offline ? central.authTime + OFFLINE : central.expiresAt
}

async function centralOf(tx: Handle, granted: Authorization, now: number): Promise<LiveSession | undefined> {
  const key = decodeBase64url(granted.centralSid, 32)
  return key && (await findLiveSession(tx, key, now))
}

/** S256 of RFC 7636, section 4.2. */
function challengeOf(verifier: string): string {
  return sha256(verifier).toString('base64url')
}
