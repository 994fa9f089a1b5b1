// Idempotency keys: a creating request that is sent again, because its answer was lost on the way, gets the answer of
// the first one, and nothing is made twice. The answer may hold a secret, so it is sealed with a key that only the
// caller can arrive at: it comes of their API key and their idempotency key, neither of which is in the database.
import { createHmac, hkdfSync } from 'node:crypto'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { unwrap, wrap } from '../keys/wrap.ts'
import type { Clock } from '../platform/clock.ts'
import { sameDigest, sha256 } from '../platform/hashing.ts'

/** Milliseconds that an answer is kept. */
export const ANSWER_LIFE = 24 * 3_600_000
/** Milliseconds in which a request is surely done: no request may take longer to arrive, nor wait longer for a lock. */
const IN_PROGRESS = 60_000

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** JSON text. */
  readonly body: string
}

export interface OnceRequest {
  /** ID of the API key. */
  readonly apiKeyId: string
  /** The API key itself, which the database does not have. */
  readonly bearer: string
  readonly idempotencyKey: string
  /** All that makes the request this one: method, address, body. */
  readonly request: string
}

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

interface Slot {
  readonly key: Buffer
  readonly name: string
  readonly sealing: Buffer
  readonly requestHash: Buffer
}

/**
 * Does `work` once for an idempotency key. Whatever `work` writes it writes through the database that it is given: the
 * key is taken in the same transaction, so of any number of equal requests one creates, and a refused one leaves the
 * key free.
 * @throws AppError what `work` throws; `idempotency_key_reused` for another request under the same key; `conflict`
 * while the first is under way, or where its answer was lost in a crash.
 */
export async function answerOnce(
  deps: Deps,
  once: OnceRequest,
  work: (database: Database) => Promise<Answer>,
): Promise<{ answer: Answer; replayed: boolean }> {
  const now = deps.clock.now()
  const slot = slotOf(once)
  const known = await findAnswer(deps.database.read, slot, now)
  if (known) return { answer: known, replayed: true }

  const { database, isTaken } = taking(deps.database, slot, now)
  let answer: Answer
  try {
    answer = await work(database)
  } catch (error) {
    if (isTaken() && error instanceof AppError) await deps.database.write(tx => release(tx, slot))
    throw error
  }
  // What was made is made: where only the keeping fails, the caller has the answer all the same.
  if (isTaken()) await deps.database.write(tx => keep(tx, slot, answer)).catch(() => {})
  return { answer, replayed: false }
}

function slotOf({ apiKeyId, bearer, idempotencyKey, request }: OnceRequest): Slot {
  const key = sha256(`${apiKeyId} ${idempotencyKey}`)
  const derived = Buffer.from(hkdfSync('sha256', bearer, idempotencyKey, 'gatepass answer to repeat', 64))
  return {
    key,
    name: `answer ${key.toString('hex')}`,
    sealing: derived.subarray(0, 32),
    // Keyed, because what people send is easier to guess than a secret.
    requestHash: createHmac('sha256', derived.subarray(32)).update(request).digest(),
  }
}

async function findAnswer(db: Handle, slot: Slot, now: number): Promise<Answer | undefined> {
  const row = await db
    .selectFrom('idempotency_keys')
    .selectAll()
    .where('key', '=', slot.key)
    .where('created_at', '>', now - ANSWER_LIFE)
    .executeTakeFirst()
  if (!row) return undefined
  if (!sameDigest(row.request_hash, slot.requestHash)) {
    throw new AppError(
      'idempotency_key_reused',
      'This idempotency key came with another request before. Take a new one for each thing to make.',
    )
  }
  if (row.sealed_answer !== null)
    return JSON.parse(unwrap(slot.sealing, slot.name, row.sealed_answer).toString())
  if (now - row.created_at < IN_PROGRESS) throw inProgress()
  throw new AppError(
    'conflict',
    'The request of this idempotency key was carried out, and its answer was lost. See what it made, and go on from there.',
  )
}

/** The same database, whose first change also takes the key: neither happens without the other. */
function taking(database: Database, slot: Slot, now: number) {
  let taken = false
  const wrapped: Database = {
    ...database,
    async write(operation) {
      const result = await database.write(async tx => {
        if (!taken) await take(tx, slot, now)
        return await operation(tx)
      })
      taken = true
      return result
    },
  }
  return { database: wrapped, isTaken: () => taken }
}

async function take(tx: Handle, slot: Slot, now: number): Promise<void> {
  await tx
    .deleteFrom('idempotency_keys')
    .where('key', '=', slot.key)
    .where('created_at', '<=', now - ANSWER_LIFE)
    .execute()
  const row = { request_hash: slot.requestHash, status: null, sealed_answer: null, created_at: now }
  const taken = await tx
    .insertInto('idempotency_keys')
    .values({ key: slot.key, ...row })
    .onConflict(conflict => conflict.column('key').doNothing())
    .returning('key')
    .executeTakeFirst()
  if (!taken) throw inProgress()
}

async function keep(tx: Handle, slot: Slot, answer: Answer): Promise<void> {
  const sealed = wrap(slot.sealing, slot.name, Buffer.from(JSON.stringify(answer)))
  await tx
    .updateTable('idempotency_keys')
    .set({ status: answer.status, sealed_answer: sealed })
    .where('key', '=', slot.key)
    .execute()
}

async function release(tx: Handle, slot: Slot): Promise<void> {
  await tx.deleteFrom('idempotency_keys').where('key', '=', slot.key).execute()
}

function inProgress(): AppError {
  return new AppError('conflict', 'The first request of this idempotency key is under way.', {
    retryAfter: 1,
  })
}
