// Owners look after administrators. There is always an owner who can sign in.
import type { Actor } from '../audit/audit-log.ts'
import { changeNoted } from '../audit/note-change.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { canonicalEmail } from '../platform/email-address.ts'
import { uuidv7 } from '../platform/random.ts'
import { refuseStale } from '../projects/refuse-stale.ts'
import { type Administrator, type AdministratorInput, checkAdministrator } from './administrator.ts'
import { type AdministratorLink, insertLink, linkLives, voidLinks } from './administrator-links.ts'
import { endAdministratorSessions } from './administrator-sessions.ts'
import {
  insertAdministrator,
  listAdministrators,
  refuseTakenEmail,
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
  return await changeNoted(deps, actor, 'administrator.invite', async (tx, now) => {
    await refuseTakenEmail(tx, checked.email)
    const id = uuidv7(now)
    await insertAdministrator(tx, id, checked, now)
    const link = await insertLink(
      tx,
      { administratorId: id, createdBy: actor.name, life: linkLives.invitation },
      now,
    )
    const administrator = await requireAdministrator(tx, id)
    return { result: { administrator, link }, target: checked.email, detail: { ...checked } }
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
  return await changeNoted(deps, actor, 'administrator.update', async (tx, now) => {
    const before = await requireAdministrator(tx, id)
    refuseStale(`Administrator ${before.email}`, before, expectedVersion)
    const { disabled = before.disabledAt !== null, ...input } = changes
    const checked = checkAdministrator({ ...before, ...input })
    const moved = canonicalEmail(checked.email) !== canonicalEmail(before.email)
    if (moved) await refuseTakenEmail(tx, checked.email)
    await writeAdministrator(tx, id, checked, disabled ? (before.disabledAt ?? now) : null)
    if (disabled) await endAdministratorSessions(tx, id, { key: null }, now)
    // A link that went to an address with a slip in it must not open the account that was put right.
    if (disabled || moved) await voidLinks(tx, id, now)
    const after = await requireAdministrator(tx, id)
    if (isActingOwner(before) && !isActingOwner(after)) await refuseWithoutOwner(tx)
    return { result: after, target: before.email, detail: differences(before, after) }
  })
}

/** @throws AppError `not_found`, `conflict` for the last owner, `precondition_failed` as `updateAdministrator`. */
export async function deleteAdministrator(
  deps: Deps,
  actor: Actor,
  id: string,
  expectedVersion?: number,
): Promise<void> {
  await changeNoted(deps, actor, 'administrator.delete', async tx => {
    const before = await requireAdministrator(tx, id)
    refuseStale(`Administrator ${before.email}`, before, expectedVersion)
    await removeAdministrator(tx, id)
    if (isActingOwner(before)) await refuseWithoutOwner(tx)
    return { result: undefined, target: before.email, detail: {} }
  })
}

/** For whoever lost their phone: the password alone signs in again. @throws AppError `not_found`. */
export async function resetTotp(deps: Deps, actor: Actor, id: string): Promise<void> {
  await changeNoted(deps, actor, 'administrator.reset-totp', async tx => {
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
  return await changeNoted(deps, actor, 'administrator.end-sessions', async (tx, now) => {
    const { email } = await requireAdministrator(tx, id)
    const ended = await endAdministratorSessions(tx, id, which, now)
    return { result: ended, target: email, detail: { ended } }
  })
}

/** @throws AppError `conflict`. */
async function refuseWithoutOwner(tx: Handle): Promise<void> {
  if ((await listAdministrators(tx)).some(isActingOwner)) return
  throw new AppError('conflict', 'Somebody must be left who is an owner and can sign in.')
}

function isActingOwner({ role, active, disabledAt }: Administrator): boolean {
  return role === 'owner' && active && disabledAt === null
}

/** What the audit log tells of a change: each setting that is another, from what to what. */
function differences(before: Administrator, after: Administrator): Record<string, unknown> {
  const settings = ({ email, name, role, projectIds, disabledAt }: Administrator) => ({
    ...{ email, name, role, projectIds },
    disabled: disabledAt !== null,
  })
  const now = Object.entries(settings(after))
  const was: Record<string, unknown> = settings(before)
  return Object.fromEntries(
    now
      .filter(([name, to]) => JSON.stringify(was[name]) !== JSON.stringify(to))
      .map(([name, to]) => [name, { from: was[name], to }]),
  )
}
