import { recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import { AppError, type FieldProblem } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import { type Administrator, checkAdministrator } from './administrator.ts'
import { findLink, takeLink, voidLinks } from './administrator-links.ts'
import { endAdministratorSessions, openAdministratorSession } from './administrator-sessions.ts'
import {
  findAdministrator,
  insertAdministrator,
  requireAdministrator,
  setPasswordHash,
} from './administrator-store.ts'
import { refuseTakenEmail } from './manage-administrators.ts'
import { hashPassword, passwordProblem } from './password.ts'
import { actorOf, type Origin } from './sign-in-administrator.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/** Whom a link is for: undefined for a new owner. @throws AppError `invalid_grant`. */
export async function readLink(deps: Deps, token: string): Promise<Administrator | undefined> {
  const { administratorId } = await findLink(deps.database.read, token, deps.clock.now())
  return administratorId === null ? undefined : await findAdministrator(deps.database.read, administratorId)
}

/**
 * Takes a one-time link and sets the password: of a new owner, or of the administrator that it is for, whose other
 * sessions end. One with a second factor signs in afterwards, with it; others are signed in.
 * @returns the session's secret for the cookie, or null for one with a second factor.
 * @throws AppError `invalid_grant` for a dead link; `invalid_request` with a problem per field, the link unspent.
 */
export async function acceptLink(
  deps: Deps,
  input: { token: string; email?: string; name?: string; password: string; repeated: string },
  from: Origin,
): Promise<string | null> {
  const now = deps.clock.now()
  const known = await readLink(deps, input.token)
  const problems: FieldProblem[] = []
  const email = known?.email ?? input.email ?? ''
  const name = known?.name ?? input.name ?? ''
  const problem = passwordProblem(input.password, [email, name])
  if (problem) problems.push({ field: 'password', problem })
  if (input.password !== input.repeated) {
    problems.push({ field: 'repeated', problem: 'must be the same as the password above it' })
  }
  let owner = { email, name, role: 'owner', projectIds: null } as const
  if (!known) {
    try {
      owner = { ...owner, ...checkAdministrator(owner) } as typeof owner
    } catch (error) {
      problems.push(...((error as AppError).fields ?? []))
    }
  }
  if (problems.length > 0) {
    throw new AppError('invalid_request', 'Something is missing or wrong.', { fields: problems })
  }
  const passwordHash = await hashPassword(input.password)
  return await deps.database.write(async tx => {
    const { administratorId } = await takeLink(tx, input.token, now)
    let id = administratorId
    if (id === null) {
      await refuseTakenEmail(tx, owner.email)
      id = uuidv7(now)
      await insertAdministrator(tx, id, owner, passwordHash, now)
    } else {
      await setPasswordHash(tx, id, passwordHash)
      await endAdministratorSessions(tx, id, { key: null }, now)
    }
    await voidLinks(tx, administratorId, now)
    const administrator = await requireAdministrator(tx, id)
    const action = administratorId === null ? 'administrator.create' : 'administrator.set-password'
    const event = {
      action,
      projectId: null,
      target: administrator.email,
      detail: { role: administrator.role },
    }
    await recordAudit(tx, actorOf(administrator, from.address), event, now)
    if (administrator.hasTotp || administrator.disabledAt !== null) return null
    return await openAdministratorSession(tx, id, from, now)
  })
}
