import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { sameDigest, sha256 } from '../platform/hashing.ts'
import { keyOfSecret } from '../platform/one-time-secret.ts'
import type { Project } from '../projects/project.ts'
import type { UpstreamSignIn, UpstreamStandard } from './upstream-sign-in.ts'
import { findUpstreamSignIn, takeUpstreamSignIn } from './upstream-sign-in-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/**
 * The sign-in that an answer says it belongs to, over or taken as it may be; undefined where it is none of this project
 * and standard. Nothing is decided by it: refusals stand in its attempt.
 */
export async function findSignIn<E>(
  deps: Pick<Deps, 'database'>,
  project: Project,
  standard: UpstreamStandard,
  state: string,
): Promise<UpstreamSignIn<E> | undefined> {
  const key = keyOfSecret(state)
  const found = key && (await findUpstreamSignIn(deps.database.read, key))
  return found?.projectId === project.id && found.request.standard === standard
    ? (found as UpstreamSignIn<E>)
    : undefined
}

/** The page of the site that a sign-in was for, whatever became of it: beginning again leads there. */
export async function pathOfSignIn(
  deps: Pick<Deps, 'database'>,
  project: Project,
  state: string,
): Promise<string | undefined> {
  const key = keyOfSecret(state)
  const found = key && (await findUpstreamSignIn(deps.database.read, key))
  return found?.projectId === project.id ? found.request.asked.redirectPath : undefined
}

/**
 * Takes a sign-in for the browser that began it, once. Another browser takes nothing: whoever learns of a `state` can
 * neither sign somebody in with it nor spoil their sign-in.
 * @throws AppError `invalid_request`: `other_browser`, or `answer_not_awaited` where it is over or taken.
 */
export async function takeSignIn(
  deps: Deps,
  signIn: UpstreamSignIn,
  browserSecret: string | undefined,
): Promise<void> {
  const now = deps.clock.now()
  const held = sha256(browserSecret ?? '')
  if (browserSecret === undefined || !sameDigest(held, Buffer.from(signIn.request.browser, 'base64url'))) {
    throw new AppError('invalid_request', 'This sign-in was begun in another browser.', {
      reason: 'other_browser',
    })
  }
  const taken = await deps.database.write(tx => takeUpstreamSignIn(tx, signIn.key, now))
  if (!taken) throw notAwaited(signIn.expiresAt <= now ? 'over' : 'taken before')
}

/** @param problem what is known of the sign-in that the answer names. */
export function notAwaited(problem: 'unknown' | 'over' | 'taken before'): AppError {
  return new AppError('invalid_request', 'This sign-in is over or took too long. Start again.', {
    reason: 'answer_not_awaited',
    detail: { problem },
  })
}
