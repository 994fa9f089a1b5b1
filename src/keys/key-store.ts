import type { Handle } from '../db/handle.ts'
import type { Row, SigningAlgorithm } from '../db/tables.ts'
import type { KeyMoments } from './key-schedule.ts'
import type { GeneratedKey } from './signing-key.ts'
import { wrap } from './wrap.ts'

/** A key without what it signs with. */
export interface ListedKey extends KeyMoments {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
}

export interface StoredKey extends ListedKey {
  /** JSON text. */
  readonly publicJwk: string
  readonly wrappedPrivateKey: Uint8Array
}

/** All keys that are not deleted, newest first, without what they sign with. */
export async function listKeys(db: Handle): Promise<ListedKey[]> {
  return (await readKeys(db)).map(({ publicJwk: _, wrappedPrivateKey: __, ...listed }) => listed)
}

/** All keys that are not deleted, newest first. */
export async function readKeys(db: Handle): Promise<StoredKey[]> {
  const query = db.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').orderBy('kid')
  return (await query.execute()).map(toKey)
}

/** The keys of an algorithm that were not removed. */
export async function keysOf(db: Handle, algorithm: SigningAlgorithm): Promise<StoredKey[]> {
  const query = db.selectFrom('signing_keys').selectAll()
  const rows = await query.where('algorithm', '=', algorithm).where('removed_at', 'is', null).execute()
  return rows.map(toKey)
}

/** The newest key of each algorithm: the one without a successor. */
export async function newestKeys(db: Handle): Promise<StoredKey[]> {
  const rows = await db.selectFrom('signing_keys').selectAll().where('retired_at', 'is', null).execute()
  return rows.map(toKey)
}

export async function insertKey(
  tx: Handle,
  wrapping: Buffer,
  made: GeneratedKey,
  moments: { createdAt: number; signsFrom: number },
): Promise<void> {
  await tx
    .insertInto('signing_keys')
    .values({
      kid: made.kid,
      algorithm: made.algorithm,
      public_jwk: JSON.stringify(made.publicJwk),
      wrapped_private_key: wrap(wrapping, made.kid, made.privateKey),
      created_at: moments.createdAt,
      signs_from: moments.signsFrom,
      retired_at: null,
      removed_at: null,
    })
    .execute()
}

/** Says when the newest key ends. @returns false where it has a successor already: of any number who ask, one may. */
export async function retireNewest(tx: Handle, kid: string, retiredAt: number): Promise<boolean> {
  const result = await tx
    .updateTable('signing_keys')
    .set({ retired_at: retiredAt })
    .where('kid', '=', kid)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** A waiting key signs from now on, and the one before it no longer. @returns false where it signs already. */
export async function signAtOnce(tx: Handle, key: ListedKey, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('signing_keys')
    .set({ signs_from: now })
    .where('kid', '=', key.kid)
    .where('signs_from', '>', now)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  if (result.numUpdatedRows === 0n) return false
  await moveRetirement(tx, key.algorithm, now, now)
  return true
}

/** Moves the end of the key that signs until its successor does; null: it has none any more. */
export async function moveRetirement(
  tx: Handle,
  algorithm: SigningAlgorithm,
  retiredAt: number | null,
  now: number,
): Promise<void> {
  await tx
    .updateTable('signing_keys')
    .set({ retired_at: retiredAt })
    .where('algorithm', '=', algorithm)
    .where('retired_at', '>', now)
    .where('removed_at', 'is', null)
    .execute()
}

/** Takes a key out of use. @returns false where it was removed before. */
export async function markRemoved(tx: Handle, key: ListedKey, now: number): Promise<boolean> {
  const result = await tx
    .updateTable('signing_keys')
    .set({ removed_at: now, retired_at: Math.min(key.retiredAt ?? now, now) })
    .where('kid', '=', key.kid)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function deleteKey(tx: Handle, kid: string): Promise<void> {
  await tx.deleteFrom('signing_keys').where('kid', '=', kid).execute()
}

function toKey(row: Row<'signing_keys'>): StoredKey {
  return {
    kid: row.kid,
    algorithm: row.algorithm,
    publicJwk: row.public_jwk,
    wrappedPrivateKey: row.wrapped_private_key,
    createdAt: row.created_at,
    signsFrom: row.signs_from,
    retiredAt: row.retired_at,
    removedAt: row.removed_at,
  }
}
