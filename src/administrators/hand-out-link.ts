// Who gets a one-time link, and from whom. A link on the command line or the terminal of a start is as good as the shell
// that it stands on; one for an administrator comes from an owner.
import type { Actor } from '../audit/audit-log.ts'
import { noteChange } from '../audit/note-change.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { forgetAllGuesses } from '../passwords/guess-limits.ts'
import type { Clock } from '../platform/clock.ts'
import { canonicalEmail } from '../platform/email-address.ts'
import { administratorGuesses } from './administrator-guesses.ts'
import { type AdministratorLink, insertLink, linkLives, voidLinks } from './administrator-links.ts'
import { countAdministrators, requireAdministrator } from './administrator-store.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/**
 * A new one-time link for an administrator, who sets a password with it; older ones are void, and wrong guesses at the
 * account are forgotten. @throws AppError `not_found`, `conflict` for one who is disabled.
 */
export async function renewLink(
  deps: Deps,
  actor: Actor,
  id: string,
  life: number = linkLives.invitation,
): Promise<AdministratorLink> {
  const now = deps.clock.now()
  return await deps.database.write(async tx => {
    const { email, disabledAt } = await requireAdministrator(tx, id)
    if (disabledAt !== null) throw new AppError('conflict', `${email} is disabled. Enable them first.`)
    await voidLinks(tx, id, now)
    await forgetAllGuesses(tx, canonicalEmail(email), administratorGuesses)
    await noteChange(tx, actor, { action: 'administrator.link', target: email }, now)
    return await insertLink(tx, { administratorId: id, createdBy: actor.name, life }, now)
  })
}

/** A one-time link that makes whoever opens it an owner. Older ones stay: a start must not void what an operator sent. */
export async function createOwnerLink(deps: Deps, actor: Actor): Promise<AdministratorLink> {
  const now = deps.clock.now()
  return await deps.database.write(tx => ownerLink(tx, actor, now))
}

/** What a start prints: a link for the first owner, while there is no administrator at all. */
export async function createFirstLink(deps: Deps, actor: Actor): Promise<AdministratorLink | undefined> {
  const now = deps.clock.now()
  if ((await countAdministrators(deps.database.read)) > 0) return undefined
  return await deps.database.write(tx => ownerLink(tx, actor, now))
}

/** Where a link leads. */
export function linkUrl(issuer: string, { token }: AdministratorLink): string {
  return `${issuer}/console/welcome?token=${token}`
}

async function ownerLink(tx: Handle, actor: Actor, now: number): Promise<AdministratorLink> {
  await noteChange(tx, actor, { action: 'administrator.owner-link', target: 'a new owner' }, now)
  return await insertLink(tx, { administratorId: null, createdBy: actor.name, life: linkLives.printed }, now)
}
