import { type Actor, recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { moveSettingsVersion } from '../db/settings-version.ts'
import type { SigningAlgorithm } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import { keyState, PUBLISHED_BEFORE_SIGNING } from './key-schedule.ts'
import { insertKey, newestKeys, retireNewest, type StoredKey, signAtOnce } from './key-store.ts'
import { openPrivateKey } from './open-key.ts'
import { generateSigningKey } from './signing-key.ts'

export interface KeyDeps {
  readonly database: Database
  /** What private keys are wrapped with: see `wrappingKey`. */
  readonly wrapping: Buffer
}

/** A key and the moment from which it signs. */
export interface NextKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly signsFrom: number
  /** The key that it takes over from, if there is one. */
  readonly retires: string | null
}

const system: Actor = { name: 'gatepass', origin: 'start' }

/**
 * Makes a first key for an algorithm, which signs at once. Any number of processes may ask: one key comes of it.
 * @throws Error as `openSigningKey` does: a key that the servers' secret does not open would stop them all.
 */
export async function ensureSigningKey(
  { database, wrapping }: KeyDeps,
  algorithm: SigningAlgorithm,
  now: number,
  actor = system,
): Promise<NextKey> {
  for (const key of await newestKeys(database.read)) openPrivateKey(key, wrapping)
  const made = await generateSigningKey(algorithm)
  return await database.write(async tx => {
    const newest = await newestOf(tx, algorithm)
    if (newest) return { kid: newest.kid, algorithm, signsFrom: newest.signsFrom, retires: null }
    await insertKey(tx, wrapping, made, { createdAt: now, signsFrom: now })
    await tell(tx, actor, 'key.create', made.kid, { algorithm }, now)
    return { kid: made.kid, algorithm, signsFrom: now, retires: null }
  })
}

/**
 * Rotates by hand. The new key is published now and signs once every cache of the JWKS must have seen it; `atOnce`: it
 * signs now, and so does one that was published before and waits. `newest`: the key that the asker saw as the newest.
 * @throws AppError `conflict` where a key waits already, or another process rotates in this moment;
 * `precondition_failed` where the newest key is another than the asker saw.
 */
export async function rotateSigningKey(
  deps: KeyDeps,
  actor: Actor,
  { algorithm, atOnce, newest: seen }: { algorithm: SigningAlgorithm; atOnce: boolean; newest?: string },
  now: number,
): Promise<NextKey> {
  const newest = await newestOf(deps.database.read, algorithm)
  if (seen !== undefined && newest?.kid !== seen) {
    throw new AppError(
      'precondition_failed',
      `The ${algorithm} keys were rotated since you looked at them; nothing was changed.`,
    )
  }
  if (!newest) return await ensureSigningKey(deps, algorithm, now, actor)
  const next =
    keyState(newest, now) !== 'waiting'
      ? await publishSuccessor(deps, actor, newest, atOnce ? now : now + PUBLISHED_BEFORE_SIGNING, now)
      : atOnce && (await startSigning(deps, actor, newest, now))
  if (next) return next
  throw new AppError(
    'conflict',
    `A new ${algorithm} key is published already and waits for its hour. To let it sign at once, rotate now (on the command line: --now).`,
  )
}

/**
 * Publishes the key that takes over from `newest` at `signsFrom`.
 * @returns undefined where another process gave it a successor first.
 * @throws Error as `ensureSigningKey` does.
 */
export async function publishSuccessor(
  { database, wrapping }: KeyDeps,
  actor: Actor,
  newest: StoredKey,
  signsFrom: number,
  now: number,
): Promise<NextKey | undefined> {
  openPrivateKey(newest, wrapping)
  const { algorithm } = newest
  const made = await generateSigningKey(algorithm)
  return await database.write(async tx => {
    if (!(await retireNewest(tx, newest.kid, signsFrom))) return undefined
    await insertKey(tx, wrapping, made, { createdAt: now, signsFrom })
    await tell(tx, actor, 'key.publish', made.kid, { algorithm, signsFrom, retires: newest.kid }, now)
    return { kid: made.kid, algorithm, signsFrom, retires: newest.kid }
  })
}

async function startSigning(
  { database }: KeyDeps,
  actor: Actor,
  waiting: StoredKey,
  now: number,
): Promise<NextKey | undefined> {
  const { kid, algorithm } = waiting
  return await database.write(async tx => {
    if (!(await signAtOnce(tx, waiting, now))) return undefined
    await tell(tx, actor, 'key.sign', kid, { algorithm }, now)
    return { kid, algorithm, signsFrom: now, retires: null }
  })
}

async function tell(
  tx: Handle,
  actor: Actor,
  action: string,
  target: string,
  detail: Record<string, unknown>,
  now: number,
): Promise<void> {
  await recordAudit(tx, actor, { action, projectId: null, target, detail }, now)
  await moveSettingsVersion(tx)
}

async function newestOf(db: Handle, algorithm: SigningAlgorithm): Promise<StoredKey | undefined> {
  return (await newestKeys(db)).find(key => key.algorithm === algorithm)
}
