// Guesses at passwords, counted in the database and so for all processes together. A guess is counted before it is
// looked at: of fifty that arrive at once, no more than the limit are evaluated.
//
// Who guesses wrongly on purpose must not lock the real administrator out: a network from which they signed in during
// the last weeks has a count of its own, which strangers elsewhere cannot fill.
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { sha256 } from '../platform/hashing.ts'
import { networkOf } from '../platform/network-address.ts'
import { hasSignedInFrom } from './administrator-sessions.ts'
import { findAdministratorByEmail } from './administrator-store.ts'
import { noteChange } from './note-change.ts'

const MINUTE = 60_000
const limits = {
  network: { most: 100, window: 15 * MINUTE },
  account: { most: 10, window: 15 * MINUTE },
  // Three of a million digits are right at any time, and whoever gets as far as this has the password.
  digits: { most: 50, window: 24 * 60 * MINUTE },
} as const

export interface Guess {
  /** The account in canonical spelling, whether or not there is one. */
  readonly account: string
  readonly address: string
  /** At a password alone, or at the second factor. */
  readonly at: 'password' | 'digits'
}

interface Counter {
  readonly key: string
  readonly kind: keyof typeof limits
}

/**
 * Takes one guess of the network, and one of the account. The first one too many of a window is in the audit log.
 * @throws AppError `slow_down` with the seconds to wait where either has none left.
 */
export async function takeGuess(database: Database, guess: Guess, now: number): Promise<void> {
  const endsAt = await database.write(async tx => {
    for (const counter of await countersOf(tx, guess)) {
      const { count, ends_at } = await add(tx, counter, now)
      const { most } = limits[counter.kind]
      if (count === most + 1) await noteFull(tx, guess, counter, now)
      // The network comes first: one that is slowed down uses up nobody's guesses any more.
      if (count > most) return ends_at
    }
    return undefined
  })
  if (endsAt === undefined) return
  const seconds = Math.max(1, Math.ceil((endsAt - now) / 1000))
  throw new AppError('slow_down', `Too many attempts. Wait ${inWords(seconds)}, then try again.`, {
    retryAfter: seconds,
  })
}

/** The guesses that this one counted with are forgotten: it was right. Those of the network stay counted. */
export async function forgetGuesses(tx: Handle, guess: Guess): Promise<void> {
  for (const { key, kind } of await countersOf(tx, guess)) {
    if (kind !== 'network') await tx.deleteFrom('guess_counters').where('key', '=', key).execute()
  }
}

/** All guesses at an account are forgotten, from everywhere: somebody with more rights vouches for it. */
export async function forgetAllGuesses(tx: Handle, account: string): Promise<void> {
  for (const kind of ['account', 'digits']) {
    await tx
      .deleteFrom('guess_counters')
      .where('key', 'like', `${kind} ${digestOf(account)}%`)
      .execute()
  }
}

async function countersOf(tx: Handle, { account, address, at }: Guess): Promise<Counter[]> {
  const network = networkOf(address)
  const known = await hasSignedInFrom(tx, account, network)
  const digest = digestOf(account)
  return [
    { kind: 'network', key: `network ${network}` },
    { kind: 'account', key: `account ${digest}${known ? ` ${network}` : ''}` },
    ...(at === 'digits' ? [{ kind: 'digits', key: `digits ${digest}` } as const] : []),
  ]
}

async function add(tx: Handle, { key, kind }: Counter, now: number) {
  const { window } = limits[kind]
  await tx
    .deleteFrom('guess_counters')
    .where('key', '=', key)
    // One that ends later than any could was begun before the clock was set back.
    .where(eb => eb.or([eb('ends_at', '<=', now), eb('ends_at', '>', now + 2 * window)]))
    .execute()
  return await tx
    .insertInto('guess_counters')
    .values({ key, count: 1, ends_at: now + window })
    .onConflict(conflict =>
      conflict.column('key').doUpdateSet(eb => ({ count: eb('guess_counters.count', '+', 1) })),
    )
    .returning(['count', 'ends_at'])
    .executeTakeFirstOrThrow()
}

async function noteFull(tx: Handle, guess: Guess, { kind }: Counter, now: number): Promise<void> {
  const target = kind === 'network' ? undefined : await findAdministratorByEmail(tx, guess.account)
  const detail = { counted: kind, limit: limits[kind].most }
  const event = { action: 'administrator.slowed-down', target: target?.email ?? 'unknown', detail }
  await noteChange(tx, { name: 'nobody', origin: guess.address }, event, now)
}

/** What people type into the field for the name is now and then their password. */
function digestOf(account: string): string {
  return sha256(account).toString('hex')
}

function inWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  if (minutes > 90) return `${Math.ceil(minutes / 60)} hours`
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}
