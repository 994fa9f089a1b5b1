import { type Actor, recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import { unwrap, wrap } from '../keys/wrap.ts'
import type { Clock } from '../platform/clock.ts'
import { type Administrator, canonicalEmail } from './administrator.ts'
import { openAdministratorSession } from './administrator-sessions.ts'
import { type Credentials, findCredentials, takeTotpStep } from './administrator-store.ts'
import { forgetGuesses, takeGuess } from './guess-limits.ts'
import { verifyPassword } from './password.ts'
import { totpStep } from './totp.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  /** Wraps what only this installation may read: see keys/wrap.ts. */
  readonly wrapping: Buffer
}

/** Where a sign-in comes from. */
export interface Origin {
  readonly address: string
  readonly userAgent: string
}

/** Either a session's secret for the cookie, or what the second step has to bring back. */
export type SignedIn = { readonly session: string } | { readonly secondStep: string }

const SECOND_STEP = 'console second step'
const SECOND_STEP_LIFE = 5 * 60_000

/**
 * Signs an administrator in by password. One with a second factor gets a `secondStep`: good for five minutes, for
 * `signInBySecondStep`.
 * @throws AppError `access_denied`, the same for a wrong password as for nobody of this name; `slow_down` after ten
 * guesses in a quarter of an hour.
 */
export async function signInAdministrator(
  deps: Deps,
  input: { readonly email: string; readonly password: string },
  from: Origin,
): Promise<SignedIn> {
  const now = deps.clock.now()
  const guess = { account: canonicalEmail(input.email), address: from.address }
  await takeGuess(deps.database, guess, now)
  const found = await findCredentials(deps.database.read, input)
  const right = await verifyPassword(found?.passwordHash ?? null, input.password)
  if (!found || !right || found.administrator.disabledAt !== null) {
    throw await refuse(
      deps,
      found,
      from,
      now,
      found && right ? 'disabled' : 'wrong password or nobody of this name',
    )
  }
  const { administrator, wrappedTotpSecret } = found
  if (wrappedTotpSecret !== null) {
    const claim = Buffer.from(JSON.stringify({ id: administrator.id, until: now + SECOND_STEP_LIFE }))
    return { secondStep: wrap(deps.wrapping, SECOND_STEP, claim).toString('base64url') }
  }
  return { session: await open(deps, administrator, guess, from, now, null) }
}

/**
 * The second step: six digits of the authenticator app. Each is good once.
 * @throws AppError `access_denied` for wrong digits, `invalid_grant` where the first step is too long ago, `slow_down`.
 */
export async function signInBySecondStep(
  deps: Deps,
  input: { readonly secondStep: string; readonly digits: string },
  from: Origin,
): Promise<{ readonly session: string }> {
  const now = deps.clock.now()
  const id = readSecondStep(deps.wrapping, input.secondStep, now)
  const found = id === undefined ? undefined : await findCredentials(deps.database.read, { id })
  if (!found?.wrappedTotpSecret || found.administrator.disabledAt !== null) {
    throw new AppError('invalid_grant', 'That took too long. Begin again with your password.')
  }
  const guess = { account: canonicalEmail(found.administrator.email), address: from.address }
  await takeGuess(deps.database, guess, now)
  const secret = unwrap(deps.wrapping, totpName(found.administrator.id), found.wrappedTotpSecret)
  const step = totpStep(secret, input.digits, now)
  if (step === undefined) throw await refuse(deps, found, from, now, 'wrong one-time password')
  return { session: await open(deps, found.administrator, guess, from, now, step) }
}

/** What a wrapped TOTP secret is bound to. */
export function totpName(administratorId: string): string {
  return `totp ${administratorId}`
}

function readSecondStep(wrapping: Buffer, text: string, now: number): string | undefined {
  try {
    const claim = JSON.parse(unwrap(wrapping, SECOND_STEP, Buffer.from(text, 'base64url')).toString())
    return claim.until > now ? claim.id : undefined
  } catch {
    return undefined // made by nobody, or by another installation
  }
}

async function open(
  deps: Deps,
  administrator: Administrator,
  guess: { account: string; address: string },
  from: Origin,
  now: number,
  step: number | null,
): Promise<string> {
  const session = await deps.database.write(async tx => {
    if (step !== null && !(await takeTotpStep(tx, administrator.id, step))) return undefined
    await forgetGuesses(tx, guess)
    const event = {
      action: 'administrator.sign-in',
      projectId: null,
      target: administrator.email,
      detail: {},
    }
    await recordAudit(tx, actorOf(administrator, from.address), event, now)
    return await openAdministratorSession(tx, administrator.id, from, now)
  })
  if (session !== undefined) return session
  throw new AppError('access_denied', 'These digits were used already. Wait for the next ones.')
}

async function refuse(
  deps: Deps,
  found: Credentials | undefined,
  from: Origin,
  now: number,
  reason: string,
): Promise<AppError> {
  // Who types a name that nobody has may have typed a password: only names of administrators are written down.
  const target = found?.administrator.email ?? 'unknown'
  const event = { action: 'administrator.sign-in-refused', projectId: null, target, detail: { reason } }
  await deps.database.write(tx => recordAudit(tx, { name: 'nobody', origin: from.address }, event, now))
  return new AppError(
    'access_denied',
    reason === 'wrong one-time password'
      ? 'These digits are not right. Is the clock of your phone right?'
      : 'E-mail address or password are not right.',
  )
}

/** An administrator as the audit log names them. */
export function actorOf(administrator: Administrator, address: string): Actor {
  return { name: `admin:${administrator.email}`, origin: address }
}
