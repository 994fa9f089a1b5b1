// Guesses at passwords, counted in the database and so for all processes together. A guess is counted before it is
// looked at: of fifty that arrive at once, no more than the limit are evaluated.
//
// Who guesses wrongly on purpose must not lock the real owner out: a network from which they signed in during the last
// weeks has a count of its own, which strangers elsewhere cannot fill.

import { noteChange } from '../audit/note-change.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { sha256 } from '../platform/hashing.ts'
import { networkOf } from '../platform/network-address.ts'

const MINUTE = 60_000
const limits = {
  network: { most: 100, window: 15 * MINUTE },
  account: { most: 10, window: 15 * MINUTE },
  // Three of a million digits are right at any time, and whoever gets as far as this has the password.
  digits: { most: 50, window: 24 * 60 * MINUTE },
  // New accounts of one network, over the open account API; names that are taken count too, so nobody tries them all.
  registration: { most: 100, window: 15 * MINUTE },
} as const

/** Whose passwords are guessed at: the same name counts apart for administrators and for accounts. */
export interface Guarded {
  /** Begins the names of its counters. */
  readonly prefix: string
  hasSignedInFrom(db: Handle, account: string, network: string): Promise<boolean>
  /** What the audit log says of a counter that is full. */
  readonly action: string
  nameOf(db: Handle, account: string): Promise<string | undefined>
  /** Whether many at one address sign in rightly, so that only wrong guesses stay counted there. */
  readonly givesBack: boolean
}

export interface Guess {
  /** The account in canonical spelling, whether or not there is one. */
  readonly account: string
  /**
   * Where one account has several names: what stands for it whichever is typed. It is counted too, and never told, for
   * that would tell which names belong together.
   */
  readonly behind?: string
  readonly of: Guarded
  readonly address: string
  /** At a password alone, or at the second factor. */
  readonly at: 'password' | 'digits'
}

interface Counter {
  readonly key: string
  /** Nobody is told that it is full. */
  readonly quiet?: true
  readonly kind: keyof typeof limits
}

/**
 * Takes one guess of the network, and one of the account. The first one too many of a window is in the audit log.
 * @returns whether to look at it: false where what is behind the name has none left, and the answer is as to a wrong one.
 * @throws AppError `slow_down` with the seconds to wait where either has none left.
 */
export async function takeGuess(database: Database, guess: Guess, now: number): Promise<boolean> {
  const taken = await database.write(async tx => {
    for (const counter of await countersOf(tx, guess)) {
      const { count, ends_at } = await add(tx, counter, now)
      const { most } = limits[counter.kind]
      if (count === most + 1) await noteFull(tx, guess, counter, now)
      // The network comes first: one that is slowed down uses up nobody's guesses any more.
      if (count > most) return counter.quiet ? false : ends_at
    }
    return true
  })
  if (typeof taken === 'boolean') return taken
  throw slowDown(taken, now)
}

function slowDown(endsAt: number, now: number): AppError {
  const seconds = Math.max(1, Math.ceil((endsAt - now) / 1000))
  return new AppError('slow_down', `Too many attempts. Wait ${inWords(seconds)}, then try again.`, {
    retryAfter: seconds,
    reason: 'too_many_guesses',
  })
}

/** Takes one of the new accounts that a network may ask for. @throws AppError `slow_down`. */
export async function takeRegistration(database: Database, address: string, now: number): Promise<void> {
  const counter = { kind: 'registration', key: `registration ${networkOf(address)}` } as const
  const { count, ends_at } = await database.write(tx => add(tx, counter, now))
  if (count > limits.registration.most) throw slowDown(ends_at, now)
}

/** The guesses that this one counted with are forgotten: it was right. Wrong ones of the network stay counted. */
export async function forgetGuesses(tx: Handle, guess: Guess): Promise<void> {
  for (const { key, kind } of await countersOf(tx, guess)) {
    if (kind !== 'network') await tx.deleteFrom('guess_counters').where('key', '=', key).execute()
    else if (guess.of.givesBack) await giveBack(tx, key)
  }
}

/** This guess alone was none: it was right, or it never was looked at. */
async function giveBack(tx: Handle, key: string): Promise<void> {
  await tx
    .updateTable('guess_counters')
    .set(eb => ({ count: eb('count', '-', 1) }))
    .where('key', '=', key)
    .where('count', '>', 0)
    .execute()
}

/** All guesses at an account are forgotten, from everywhere: somebody with more rights vouches for it. */
export async function forgetAllGuesses(tx: Handle, account: string, of: Guarded): Promise<void> {
  for (const kind of ['account', 'digits']) {
    await tx
      .deleteFrom('guess_counters')
      .where('key', 'like', `${kind} ${digestOf(of, account)}%`)
      .execute()
  }
}

async function countersOf(tx: Handle, { account, behind, address, at, of }: Guess): Promise<Counter[]> {
  const network = networkOf(address)
  const known = await of.hasSignedInFrom(tx, account, network)
  const digest = digestOf(of, account)
  const from = known ? ` ${network}` : ''
  return [
    { kind: 'network', key: `network ${of.prefix}${network}` },
    { kind: 'account', key: `account ${digest}${from}` },
    ...(behind === undefined
      ? []
      : [{ kind: 'account', key: `account ${digestOf(of, behind)}${from}`, quiet: true } as const]),
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
  const { action, nameOf } = guess.of
  const target = kind === 'network' ? undefined : await nameOf(tx, guess.account)
  const detail = { counted: kind, limit: limits[kind].most }
  const event = { action, target: target ?? 'unknown', detail }
  await noteChange(tx, { name: 'nobody', origin: guess.address }, event, now)
}

/** What people type into the field for the name is now and then their password. */
function digestOf(of: Guarded, account: string): string {
  return sha256(of.prefix + account).toString('hex')
}

function inWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60)
  if (minutes > 90) return `${Math.ceil(minutes / 60)} hours`
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}
