import { noteChange } from '../audit/note-change.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { hashPassword, type NewPassword, newPasswordProblems } from '../passwords/password.ts'
import type { Clock } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import type { Origin } from '../platform/sign-in-origin.ts'
import {
  type Administrator,
  type AdministratorInput,
  actorOf,
  administratorProblems,
  tidyAdministrator,
} from './administrator.ts'
import { findLink, takeLink, voidLinks } from './administrator-links.ts'
import { openAdministratorSession } from './administrator-sessions.ts'
import { insertAdministrator, refuseTakenEmail, requireAdministrator } from './administrator-store.ts'
import { setPassword } from './set-password.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/** Whom a link is for: undefined for a new owner. @throws AppError `invalid_grant`. */
export async function readLink(deps: Deps, token: string): Promise<Administrator | undefined> {
  const { administratorId } = await findLink(deps.database.read, token, deps.clock.now())
  return administratorId === null
    ? undefined
    : await requireAdministrator(deps.database.read, administratorId)
}

/**
 * Takes a one-time link and sets the password: of a new owner, or of the administrator that it is for, whose other
 * sessions end. One with a second factor signs in afterwards, with it; others are signed in.
 * @returns the session's secret for the cookie, or null for one with a second factor.
 * @throws AppError `invalid_grant` for a dead link; `invalid_request` and `conflict` (the e-mail address is taken) with a
 * problem per field, the link unspent.
 */
export async function acceptLink(
  deps: Deps,
  input: NewPassword & { readonly token: string; readonly email?: string; readonly name?: string },
  from: Origin,
): Promise<string | null> {
  const now = deps.clock.now()
  const known = await readLink(deps, input.token)
  const owner = tidyAdministrator({
    email: input.email ?? '',
    name: input.name ?? '',
    role: 'owner',
    projectIds: null,
  })
  const fields = [
    ...(known ? [] : administratorProblems(owner)),
    ...newPasswordProblems(input, known ?? owner),
  ]
  if (fields.length > 0) throw new AppError('invalid_request', 'Something is missing or wrong.', { fields })
  const passwordHash = await hashPassword(input.password)
  return await deps.database.write(async tx => {
    const { administratorId, createdBy } = await takeLink(tx, input.token, now)
    const id = administratorId ?? (await createOwner(tx, owner, now))
    const administrator = await requireAdministrator(tx, id)
    await setPassword(tx, administrator, passwordHash, null, now)
    const event = {
      action: administratorId === null ? 'administrator.create' : 'administrator.set-password',
      target: administrator.email,
      detail: { role: administrator.role, linkMadeBy: createdBy },
    }
    await noteChange(tx, actorOf(administrator, from.address), event, now)
    return administrator.hasTotp ? null : await openAdministratorSession(tx, id, from, now)
  })
}

/** Links for a new owner that were handed out besides this one are void. @throws AppError `conflict`. */
async function createOwner(tx: Handle, owner: AdministratorInput, now: number): Promise<string> {
  await refuseTakenEmail(tx, owner.email)
  const id = uuidv7(now)
  await insertAdministrator(tx, id, owner, now)
  await voidLinks(tx, null, now)
  return id
}
