// One-time links with which people set a password: an invitation, a forgotten one. The database keeps a digest, and the
// row stays for a while to say that it was used.
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { keyOfSecret, newOneTimeSecret } from '../platform/one-time-secret.ts'

const HOUR = 3_600_000
/** Milliseconds: an invitation is good for three days, what somebody asked for because they forgot for an hour. */
export const accountLinkLives = { invitation: 72 * HOUR, forgotten: HOUR } as const

export interface AccountLink {
  readonly token: string
  readonly expiresAt: number
}

/** `createdBy`: an actor's name; it stands in the audit log when the link is used. */
export async function insertAccountLink(
  tx: Handle,
  link: { accountId: string; createdBy: string; life: number },
  now: number,
): Promise<AccountLink> {
  const secret = newOneTimeSecret(now)
  const expiresAt = now + link.life
  await tx
    .insertInto('account_links')
    .values({
      key: secret.key,
      account_id: link.accountId,
      created_by: link.createdBy,
      created_at: now,
      expires_at: expiresAt,
      used_at: null,
    })
    .execute()
  return { token: secret.text, expiresAt }
}

/** Whose a live link is. @throws AppError `invalid_grant`. */
export async function findAccountLink(
  db: Handle,
  token: string,
  now: number,
): Promise<{ accountId: string; createdBy: string }> {
  const key = keyOfSecret(token)
  const row =
    key && (await db.selectFrom('account_links').selectAll().where('key', '=', key).executeTakeFirst())
  if (!row || row.used_at !== null || row.expires_at <= now) throw deadLink()
  return { accountId: row.account_id, createdBy: row.created_by }
}

/** Takes a link, once. @throws AppError `invalid_grant` for one that is unknown, used or too old. */
export async function takeAccountLink(
  tx: Handle,
  token: string,
  now: number,
): Promise<{ accountId: string; createdBy: string }> {
  const key = keyOfSecret(token)
  const row =
    key &&
    (await tx
      .updateTable('account_links')
      .set({ used_at: now })
      .where('key', '=', key)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning(['account_id', 'created_by'])
      .executeTakeFirst())
  if (!row) throw deadLink()
  return { accountId: row.account_id, createdBy: row.created_by }
}

/** How many links one maker made for an account since a moment; those that were cleared away are gone from the count. */
export async function countAccountLinks(
  db: Handle,
  { accountId, createdBy, since }: { accountId: string; createdBy: string; since: number },
): Promise<number> {
  const counted = await db
    .selectFrom('account_links')
    .select(eb => eb.fn.countAll<number>().as('links'))
    .where('account_id', '=', accountId)
    .where('created_by', '=', createdBy)
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow()
  return Number(counted.links)
}

/** Until when an account's open link is good, in milliseconds. */
export async function openAccountLink(
  db: Handle,
  accountId: string,
  now: number,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('account_links')
    .select('expires_at')
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('expires_at', 'desc')
    .executeTakeFirst()
  return row?.expires_at
}

/** Links that were handed out are worth nothing any more. */
export async function voidAccountLinks(tx: Handle, accountId: string, now: number): Promise<void> {
  await tx
    .updateTable('account_links')
    .set({ used_at: now })
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .execute()
}

function deadLink(): AppError {
  return new AppError(
    'invalid_grant',
    'This link was used, has expired, or was cut off. Ask for a new one where you got it.',
  )
}
