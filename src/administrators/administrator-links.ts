// One-time links: for the first administrator, for an invitation, for a forgotten password. Whoever opens one sets a
// password; the database keeps a digest, and the row stays to say that it was used.
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { keyOfSecret, newOneTimeSecret } from '../platform/one-time-secret.ts'

const HOUR = 3_600_000
/** Milliseconds: a link that stands on a terminal or in a log is good for an hour, an invitation for three days. */
export const linkLives = { printed: HOUR, invitation: 72 * HOUR } as const

export interface AdministratorLink {
  readonly token: string
  readonly expiresAt: number
}

/** Makes a link for an administrator, or, without one, for whoever opens it: they become an owner. */
export async function insertLink(
  tx: Handle,
  link: { administratorId: string | null; createdBy: string; life: number },
  now: number,
): Promise<AdministratorLink> {
  const secret = newOneTimeSecret(now)
  const expiresAt = now + link.life
  await tx
    .insertInto('administrator_links')
    .values({
      key: secret.key,
      administrator_id: link.administratorId,
      created_by: link.createdBy,
      created_at: now,
      expires_at: expiresAt,
      used_at: null,
    })
    .execute()
  return { token: secret.text, expiresAt }
}

/** The administrator that a live link is for, null for a new owner. @throws AppError `invalid_grant`. */
export async function findLink(
  db: Handle,
  token: string,
  now: number,
): Promise<{ administratorId: string | null }> {
  const key = keyOfSecret(token)
  const row =
    key && (await db.selectFrom('administrator_links').selectAll().where('key', '=', key).executeTakeFirst())
  if (!row || row.used_at !== null || row.expires_at <= now) throw deadLink()
  return { administratorId: row.administrator_id }
}

/** Until when each administrator's open link is good, by their ID. */
export async function openLinks(db: Handle, now: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('administrator_links')
    .select(['administrator_id', 'expires_at'])
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .execute()
  return new Map(rows.flatMap(row => (row.administrator_id ? [[row.administrator_id, row.expires_at]] : [])))
}

/** Takes a link, once. @throws AppError `invalid_grant` for one that is unknown, used or too old. */
export async function takeLink(
  tx: Handle,
  token: string,
  now: number,
): Promise<{ administratorId: string | null; createdBy: string }> {
  const key = keyOfSecret(token)
  const row =
    key &&
    (await tx
      .updateTable('administrator_links')
      .set({ used_at: now })
      .where('key', '=', key)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning(['administrator_id', 'created_by'])
      .executeTakeFirst())
  if (!row) throw deadLink()
  return { administratorId: row.administrator_id, createdBy: row.created_by }
}

/** Links that were handed out are worth nothing any more: of an administrator, or with null those for a new owner. */
export async function voidLinks(tx: Handle, administratorId: string | null, now: number): Promise<void> {
  await tx
    .updateTable('administrator_links')
    .set({ used_at: now })
    .where('administrator_id', administratorId === null ? 'is' : '=', administratorId)
    .where('used_at', 'is', null)
    .execute()
}

function deadLink(): AppError {
  return new AppError(
    'invalid_grant',
    'This link was used, has expired, or was cut off. Ask an owner for a new one, or on the server: gatepass admin link.',
  )
}
