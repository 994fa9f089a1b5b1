// Guesses at passwords, counted in the database and so for all processes together. A guess is counted before it is
// looked at: of fifty that arrive at once, no more than the limit are evaluated.
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { sha256 } from '../platform/hashing.ts'

const WINDOW = 15 * 60_000
const limits = { account: 10, address: 100 }

export interface Guess {
  /** The account in canonical spelling, whether or not there is one. */
  readonly account: string
  readonly address: string
}

/**
 * Takes one guess of the account and one of the address.
 * @throws AppError `slow_down` with the seconds to wait where either has none left.
 */
export async function takeGuess(database: Database, guess: Guess, now: number): Promise<void> {
  const endsAt = await database.write(async tx => {
    const full = [
      await count(tx, addressKey(guess), limits.address, now),
      await count(tx, accountKey(guess), limits.account, now),
    ]
    return Math.max(...full)
  })
  if (endsAt <= now) return
  const seconds = Math.ceil((endsAt - now) / 1000)
  const minutes = Math.ceil(seconds / 60)
  throw new AppError(
    'slow_down',
    `Too many wrong attempts. Wait ${minutes} minute${minutes === 1 ? '' : 's'}, then try again.`,
    { retryAfter: seconds },
  )
}

/** The account's guesses are forgotten: its owner signed in. Those of the address stay counted. */
export async function forgetGuesses(tx: Handle, guess: Guess): Promise<void> {
  await tx.deleteFrom('guess_counters').where('key', '=', accountKey(guess)).execute()
}

/** @returns until when the counter is full, or 0 where this one was still taken. */
async function count(tx: Handle, key: string, limit: number, now: number): Promise<number> {
  await tx.deleteFrom('guess_counters').where('key', '=', key).where('ends_at', '<=', now).execute()
  const row = await tx
    .insertInto('guess_counters')
    .values({ key, count: 1, ends_at: now + WINDOW })
    .onConflict(conflict =>
      conflict.column('key').doUpdateSet(eb => ({ count: eb('guess_counters.count', '+', 1) })),
    )
    .returning(['count', 'ends_at'])
    .executeTakeFirstOrThrow()
  return row.count > limit ? row.ends_at : 0
}

// What people type into the field for the name is now and then their password.
function accountKey({ account }: Guess): string {
  return `account ${sha256(account).toString('base64url')}`
}

function addressKey({ address }: Guess): string {
  return `address ${address}`
}
