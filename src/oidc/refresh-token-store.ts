import { type Handle, prepare } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'

export type RefreshToken = Row<'refresh_tokens'>

const insert = prepare<RefreshToken>()((db, place) =>
  db.insertInto('refresh_tokens').values({
    key: place.key,
    session_key: place.session_key,
    client_id: place.client_id,
    scope: place.scope,
    nonce: place.nonce,
    validity_minutes: place.validity_minutes,
    expires_at: place.expires_at,
    used_at: null,
  }),
)

const select = prepare<{ key: Uint8Array }>()((db, place) =>
  db.selectFrom('refresh_tokens').selectAll().where('key', '=', place.key),
)

const take = prepare<{ key: Uint8Array; now: number }>()((db, place) =>
  db
    .updateTable('refresh_tokens')
    .set({ used_at: place.now })
    .where('key', '=', place.key)
    .where('used_at', 'is', null)
    .where('expires_at', '>', place.now)
    .returning('key'),
)

export async function insertRefreshToken(tx: Handle, token: Omit<RefreshToken, 'used_at'>): Promise<void> {
  await insert.all(tx, { ...token, used_at: null })
}

export async function findRefreshToken(db: Handle, key: Uint8Array): Promise<RefreshToken | undefined> {
  return await select.first(db, { key })
}

/** Takes a refresh token in one conditional statement. @returns whether this call took it. */
export async function takeRefreshToken(tx: Handle, key: Uint8Array, now: number): Promise<boolean> {
  return (await take.first(tx, { key, now })) !== undefined
}
