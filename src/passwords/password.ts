// Passwords at rest: Argon2id (RFC 9106) with OWASP's least parameters. The work is done by threads of the pool, so that
// the event loop goes on answering.
import { hash, verify } from '@node-rs/argon2'
import { AppError, type FieldProblem } from '../errors.ts'
import { randomBytes } from '../platform/random.ts'

// Argon2id is the library's default; its name for it is a const enum, which types alone cannot carry.
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$...`. @throws AppError `temporarily_unavailable`. */
export async function hashPassword(password: string): Promise<string> {
  return await inTurn(() => hash(canonical(password), options))
}

/** A hash that costs as much to compare with as any, and is of no password: its bytes are random. */
const nobody = `$argon2id$v=19$m=${options.memoryCost},t=${options.timeCost},p=${options.parallelism}$${base64(16)}$${base64(32)}`

/**
 * Whether this is the password behind the hash. Without a hash the work is the same and the answer no: who asks cannot
 * tell an account that there is none from a wrong password. @throws AppError `temporarily_unavailable`.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  return await inTurn(() => verify(passwordHash ?? nobody, canonical(password)))
}

// Two of the pool's four threads: signing and reading files go on however many sign in. Each takes 19 MiB.
let free = 2
const LONGEST_QUEUE = 200
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (waiting.length >= LONGEST_QUEUE) {
    throw new AppError('temporarily_unavailable', 'Too many are signing in. Try again in a moment.')
  }
  if (free > 0) free--
  else await new Promise<void>(go => waiting.push(go))
  try {
    return await work()
  } finally {
    // The place goes to whoever waits longest; nobody who comes later gets in between.
    const next = waiting.shift()
    if (next) next()
    else free++
  }
}

/** One spelling for characters that keyboards compose differently (RFC 8265, section 4.2). */
function canonical(password: string): string {
  return password.normalize('NFC')
}

function base64(size: number): string {
  return randomBytes(size).toString('base64').replaceAll('=', '')
}

const LEAST = 12
/** Of a password that is used alone (NIST SP 800-63B-4, section 3.1.1.2). */
export const LEAST_ALONE = 15
const MOST = 256
/** Runs of the keyboard, the alphabet and the words that everybody thinks of. */
const common =
  /password|passwort|qwert|asdfg|letmein|welcome|iloveyou|administrator|gatepass|12345|98765|abcde|11111|00000/gi

/** Why a new password is not taken. */
export type PasswordFlaw = 'short' | 'long' | 'guessable'

/**
 * What is wrong with a new password, or undefined. Length counts, not composition (NIST SP 800-63B-4, section 3.1.1.2).
 * @param known what an attacker knows of the account @param least characters that it must have
 */
export function passwordFlaw(
  password: string,
  known: readonly string[],
  least = LEAST,
): PasswordFlaw | undefined {
  const length = [...canonical(password)].length
  if (length < least) return 'short'
  if (length > MOST) return 'long'
  const lower = canonical(password).toLowerCase()
  const words = known
    .flatMap(text =>
      canonical(text)
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u),
    )
    .filter(word => word.length > 3)
  const left = words.reduce((rest, word) => rest.replaceAll(word, ''), lower.replace(common, ''))
  return new Set(left).size < 5 ? 'guessable' : undefined
}

/** What is wrong with a new password, in words for its owner, or undefined. */
export function passwordProblem(password: string, known: readonly string[]): string | undefined {
  switch (passwordFlaw(password, known)) {
    case 'short':
      return `must have at least ${LEAST} characters; several words are easy to remember`
    case 'long':
      return `must have at most ${MOST} characters`
    case 'guessable':
      return 'is easy to guess: it is little more than common words, your own name or a repetition'
    case undefined:
      return undefined
  }
}

/** A new password that was typed twice. */
export interface NewPassword {
  readonly password: string
  readonly repeated: string
}

/** What is wrong with a new password of this person, field by field. */
export function newPasswordProblems(
  { password, repeated }: NewPassword,
  { email, name }: { readonly email: string; readonly name: string },
): FieldProblem[] {
  const problem = passwordProblem(password, [email, name])
  return [
    ...(problem === undefined ? [] : [{ field: 'password', problem }]),
    ...(password === repeated
      ? []
      : [{ field: 'repeated', problem: 'must be the same as the password above it' }]),
  ]
}
