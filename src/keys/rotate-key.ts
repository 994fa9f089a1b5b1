import { type Actor, recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { moveSettingsVersion } from '../db/settings-version.ts'
import type { SigningAlgorithm } from '../db/tables.ts'
import { generateSigningKey } from './signing-key.ts'
import { wrap } from './wrap.ts'

const system: Actor = { name: 'gatepass', origin: 'start' }

/** Makes a first key for an algorithm. Any number of processes may ask at once: one key comes of it. */
export async function ensureSigningKey(
  database: Database,
  wrapping: Buffer,
  algorithm: SigningAlgorithm,
  now: number,
): Promise<void> {
  const made = await generateSigningKey(algorithm)
  await database.write(async tx => {
    if ((await activeKid(tx, algorithm)) !== undefined) return
    await insertKey(tx, wrapping, algorithm, made, now)
    await recordAudit(
      tx,
      system,
      { action: 'key.create', projectId: null, target: made.kid, detail: { algorithm } },
      now,
    )
    await moveSettingsVersion(tx)
  })
}

/** A new key signs from now on; the one before stays published until nothing that it signed can be alive. */
export async function rotateSigningKey(
  database: Database,
  wrapping: Buffer,
  actor: Actor,
  algorithm: SigningAlgorithm,
  now: number,
): Promise<{ kid: string; retired: string | null }> {
  const made = await generateSigningKey(algorithm)
  return await database.write(async tx => {
    const before = await activeKid(tx, algorithm)
    await tx
      .updateTable('signing_keys')
      .set({ retired_at: now })
      .where('algorithm', '=', algorithm)
      .where('retired_at', 'is', null)
      .execute()
    await insertKey(tx, wrapping, algorithm, made, now)
    const detail = { algorithm, retired: before ?? null }
    await recordAudit(tx, actor, { action: 'key.rotate', projectId: null, target: made.kid, detail }, now)
    await moveSettingsVersion(tx)
    return { kid: made.kid, retired: before ?? null }
  })
}

async function activeKid(tx: Handle, algorithm: SigningAlgorithm): Promise<string | undefined> {
  const row = await tx
    .selectFrom('signing_keys')
    .select('kid')
    .where('algorithm', '=', algorithm)
    .where('retired_at', 'is', null)
    .executeTakeFirst()
  return row?.kid
}

async function insertKey(
  tx: Handle,
  wrapping: Buffer,
  algorithm: SigningAlgorithm,
  made: Awaited<ReturnType<typeof generateSigningKey>>,
  now: number,
): Promise<void> {
  await tx
    .insertInto('signing_keys')
    .values({
      kid: made.kid,
      algorithm,
      public_jwk: JSON.stringify(made.publicJwk),
      wrapped_private_key: wrap(wrapping, made.kid, made.privateKey),
      created_at: now,
      retired_at: null,
    })
    .execute()
}

export interface ListedKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly createdAt: number
  readonly retiredAt: number | null
}

/** All keys, newest first, without what they sign with. */
export async function listKeys(db: Handle): Promise<ListedKey[]> {
  const rows = await db
    .selectFrom('signing_keys')
    .select(['kid', 'algorithm', 'created_at', 'retired_at'])
    .orderBy('created_at', 'desc')
    .execute()
  return rows.map(row => ({
    kid: row.kid,
    algorithm: row.algorithm,
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  }))
}
