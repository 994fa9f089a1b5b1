// Passwords at rest: Argon2id (RFC 9106) with OWASP's least parameters. The work is done by threads of the pool, so that
// the event loop goes on answering.
import { hash, verify } from '@node-rs/argon2'

// Argon2id is the library's default; its name for it is a const enum, which types alone cannot carry.
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$...`. */
export async function hashPassword(password: string): Promise<string> {
  return await hash(canonical(password), options)
}

let nobody: Promise<string> | undefined

/**
 * Whether this is the password behind the hash. Without a hash the work is the same and the answer no: who asks cannot
 * tell an account that there is none from a wrong password.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  nobody ??= hashPassword('the password of nobody')
  const right = await verify(passwordHash ?? (await nobody), canonical(password))
  return right && passwordHash !== null
}

/** One spelling for characters that keyboards compose differently (RFC 8265, section 4.2). */
function canonical(password: string): string {
  return password.normalize('NFC')
}

const LEAST = 12
const MOST = 256
/** Runs of the keyboard, the alphabet and the words that everybody thinks of. */
const common =
  /password|passwort|qwert|asdfg|letmein|welcome|iloveyou|administrator|gatepass|12345|98765|abcde|11111|00000/gi

/**
 * What is wrong with a new password that is used alone, in words for its owner, or undefined. Length counts, not
 * composition (NIST SP 800-63B-4, section 3.1.1.2). `known`: what an attacker knows of the account.
 */
export function passwordProblem(password: string, known: readonly string[]): string | undefined {
  const length = [...canonical(password)].length
  if (length < LEAST) return `must have at least ${LEAST} characters; several words are easy to remember`
  if (length > MOST) return `must have at most ${MOST} characters`
  const lower = canonical(password).toLowerCase()
  const words = known
    .flatMap(text => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter(word => word.length > 3)
  const left = words.reduce((rest, word) => rest.replaceAll(word, ''), lower.replace(common, ''))
  if (new Set(left).size < 5) {
    return 'is easy to guess: it is little more than common words, your own name or a repetition'
  }
  return undefined
}
