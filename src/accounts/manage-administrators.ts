// Owners look after administrators. There is always an owner who can sign in.
import { type Actor, type AuditEvent, recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import { refuseStale } from '../projects/refuse-stale.ts'
import {
  type Administrator,
  type AdministratorInput,
  canonicalEmail,
  checkAdministrator,
} from './administrator.ts'
import { type AdministratorLink, insertLink, linkLives, voidLinks } from './administrator-links.ts'
import { endAdministratorSessions } from './administrator-sessions.ts'
import {
  insertAdministrator,
  listAdministrators,
  removeAdministrator,
  requireAdministrator,
  setTotpSecret,
  writeAdministrator,
} from './administrator-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/**
 * Makes an administrator and the one-time link with which they set their password.
 * @throws AppError `invalid_request` with a problem per field, `conflict` for an address that is taken.
 */
export async function inviteAdministrator(
  deps: Deps,
  actor: Actor,
  input: AdministratorInput,
): Promise<{ administrator: Administrator; link: AdministratorLink }> {
  const checked = checkAdministrator(input)
  return await change(deps, actor, 'administrator.invite', async (tx, now) => {
    await refuseTakenEmail(tx, checked.email)
    const id = uuidv7(now)
    await insertAdministrator(tx, id, checked, null, now)
    const link = await insertLink(
      tx,
      { administratorId: id, createdBy: actor.name, life: linkLives.invitation },
      now,
    )
    const administrator = await requireAdministrator(tx, id)
    return { result: { administrator, link }, target: checked.email, detail: { ...checked } }
  })
}

/** A new one-time link for an administrator; older ones are void. @throws AppError `not_found`. */
export async function renewLink(
  deps: Deps,
  actor: Actor,
  id: string,
  life: number = linkLives.invitation,
): Promise<AdministratorLink> {
  return await change(deps, actor, 'administrator.link', async (tx, now) => {
    const administrator = await requireAdministrator(tx, id)
    await voidLinks(tx, id, now)
    const link = await insertLink(tx, { administratorId: id, createdBy: actor.name, life }, now)
    return { result: link, target: administrator.email, detail: {} }
  })
}

/** A one-time link that makes whoever opens it an owner. Older ones stay: a start must not void what an operator sent. */
export async function createOwnerLink(deps: Deps, actor: Actor): Promise<AdministratorLink> {
  return await change(deps, actor, 'administrator.owner-link', async (tx, now) => {
    const link = await insertLink(
      tx,
      { administratorId: null, createdBy: actor.name, life: linkLives.first },
      now,
    )
    return { result: link, target: 'a new owner', detail: {} }
  })
}

/**
 * Changes an administrator; one who is disabled is signed out at once.
 * @throws AppError `not_found`, `invalid_request`, `conflict` for the last owner or an address that is taken,
 * `precondition_failed` where they are no longer at `expectedVersion`.
 */
export async function updateAdministrator(
  deps: Deps,
  actor: Actor,
  id: string,
  changes: Partial<AdministratorInput> & { readonly disabled?: boolean },
  expectedVersion?: number,
): Promise<Administrator> {
  return await change(deps, actor, 'administrator.update', async (tx, now) => {
    const before = await requireAdministrator(tx, id)
    refuseStale(`Administrator ${before.email}`, before, expectedVersion)
    const { disabled = before.disabledAt !== null, ...input } = changes
    const checked = checkAdministrator({ ...before, ...input })
    if (canonicalEmail(checked.email) !== canonicalEmail(before.email))
      await refuseTakenEmail(tx, checked.email)
    await writeAdministrator(tx, id, checked, disabled ? (before.disabledAt ?? now) : null)
    if (disabled) await endAdministratorSessions(tx, id, { key: null }, now)
    await refuseWithoutOwner(tx)
    const detail = Object.fromEntries(
      Object.entries(changes).map(([key, to]) => [
        key,
        { from: key === 'disabled' ? before.disabledAt !== null : before[key as keyof Administrator], to },
      ]),
    )
    return { result: await requireAdministrator(tx, id), target: before.email, detail }
  })
}

/** @throws AppError `not_found`, `conflict` for the last owner, `precondition_failed` as `updateAdministrator`. */
export async function deleteAdministrator(
  deps: Deps,
  actor: Actor,
  id: string,
  expectedVersion?: number,
): Promise<void> {
  await change(deps, actor, 'administrator.delete', async tx => {
    const administrator = await requireAdministrator(tx, id)
    const { email } = administrator
    refuseStale(`Administrator ${email}`, administrator, expectedVersion)
    await removeAdministrator(tx, id)
    await refuseWithoutOwner(tx)
    return { result: undefined, target: email, detail: {} }
  })
}

/** For whoever lost their phone: the password alone signs in again. @throws AppError `not_found`. */
export async function resetTotp(deps: Deps, actor: Actor, id: string): Promise<void> {
  await change(deps, actor, 'administrator.reset-totp', async tx => {
    const { email } = await requireAdministrator(tx, id)
    await setTotpSecret(tx, id, null)
    return { result: undefined, target: email, detail: {} }
  })
}

/** Ends all sessions of an administrator, or one. @returns how many ended. @throws AppError `not_found`. */
export async function endSessionsOfAdministrator(
  deps: Deps,
  actor: Actor,
  id: string,
  which: { readonly key: Uint8Array | null; readonly except?: Uint8Array },
): Promise<number> {
  return await change(deps, actor, 'administrator.end-sessions', async (tx, now) => {
    const { email } = await requireAdministrator(tx, id)
    const ended = await endAdministratorSessions(tx, id, which, now)
    return { result: ended, target: email, detail: { ended } }
  })
}

/** @throws AppError `conflict`. */
export async function refuseTakenEmail(tx: Handle, email: string): Promise<void> {
  const taken = (await listAdministrators(tx)).some(
    administrator => canonicalEmail(administrator.email) === canonicalEmail(email),
  )
  if (!taken) return
  throw new AppError('conflict', `There is an administrator ${email} already.`, {
    fields: [{ field: 'email', problem: 'belongs to another administrator already' }],
  })
}

async function refuseWithoutOwner(tx: Handle): Promise<void> {
  const left = (await listAdministrators(tx)).some(
    ({ role, active, disabledAt }) => role === 'owner' && active && disabledAt === null,
  )
  if (!left) throw new AppError('conflict', 'Somebody must be left who is an owner and can sign in.')
}

async function change<T>(
  deps: Deps,
  actor: Actor,
  action: string,
  work: (tx: Handle, now: number) => Promise<{ result: T; target: string; detail: AuditEvent['detail'] }>,
): Promise<T> {
  const now = deps.clock.now()
  return await deps.database.write(async tx => {
    const { result, target, detail } = await work(tx, now)
    await recordAudit(tx, actor, { action, projectId: null, target, detail }, now)
    return result
  })
}
