// Accounts: people with a password here, as readers of projects and as developers of suites. Administrators are somebody
// else: no account ever opens the console, whatever it is called.
import type { AccountType } from '../db/tables.ts'
import { AppError, type FieldProblem } from '../errors.ts'
import { canonicalEmail, isEmailAddress } from '../platform/email-address.ts'

export interface Account {
  readonly id: string
  /** As it was typed; has no `@`, so that no user name passes for an address. Null: known by the e-mail address alone. */
  readonly username: string | null
  readonly email: string | null
  /** The address is theirs: an administrator says so, or a link that was mailed there came back. */
  readonly emailVerified: boolean
  /** May be empty. */
  readonly name: string
  readonly type: AccountType
  /** Words with blanks between (RFC 6749, section 3.3), for JWTs of the account API. */
  readonly scope: string
  /** They have set a password. */
  readonly active: boolean
  /** The last four characters of a developer's API key. */
  readonly apiKeyHint: string | null
  /** Milliseconds. */
  readonly createdAt: number
  readonly disabledAt: number | null
  readonly version: number
}

export interface AccountInput {
  readonly username: string | null
  readonly email: string | null
  readonly name: string
  readonly type: AccountType
  readonly scope: string
}

/**
 * The issuer of identities that come of accounts. No provider has it: those of providers are URLs.
 * The subject is the account's ID, which is never anybody else's again.
 */
export const ACCOUNT_ISSUER = 'account'

/** What an account is called where people read it: `ada`, or an e-mail address. */
export function accountName({ username, email }: Pick<Account, 'username' | 'email'>): string {
  return username ?? email ?? ''
}

/** One spelling per user name: what differs in case or composition only is the same person. */
export function canonicalUsername(username: string): string {
  return username.trim().normalize('NFKC').toLowerCase()
}

/** What somebody typed to say who they are: a user name, or, with an `@`, an e-mail address. */
export function canonicalName(typed: string): string {
  return isEmail(typed) ? canonicalEmail(typed) : canonicalUsername(typed)
}

export function isEmail(typed: string): boolean {
  return typed.normalize('NFKC').includes('@')
}

/** Without white space around what was typed; what is empty is nothing. */
export function tidyAccount(input: AccountInput): AccountInput {
  return {
    ...input,
    username: input.username?.trim().normalize('NFC') || null,
    email: input.email?.trim().normalize('NFC') || null,
    name: input.name.trim().normalize('NFC'),
    scope: input.scope.trim(),
  }
}

/** What is wrong with an account, field by field. */
export function accountProblems({ username, email, name, type, scope }: AccountInput): FieldProblem[] {
  const problems: FieldProblem[] = []
  const wrong = (field: string, problem: string) => void problems.push({ field, problem })
  if (username === null && email === null) wrong('username', 'or an e-mail address is needed')
  if (username !== null && !(isUsername(username) && isUsername(canonicalUsername(username)))) {
    wrong('username', 'must be 1 to 64 characters without @, white space and invisible characters')
  }
  if (email !== null && !isEmailAddress(email)) {
    wrong('email', 'must be an e-mail address')
  }
  if (name.length > 100 || /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(name)) {
    wrong('name', 'must be at most 100 characters without control characters')
  }
  if (type !== 'user' && type !== 'developer') wrong('type', 'must be user or developer')
  if (scope.length > 1024 || !/^([\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*)?$/.test(scope)) {
    wrong('scope', 'must be words with single blanks between, without quotes and backslashes')
  }
  return problems
}

/** @throws AppError `invalid_request` with a problem per field. */
export function checkAccount(input: AccountInput): AccountInput {
  const tidy = tidyAccount(input)
  refuseProblems(accountProblems(tidy))
  return tidy
}

/** @throws AppError `invalid_request` where there are any. */
export function refuseProblems(fields: readonly FieldProblem[]): void {
  if (fields.length === 0) return
  const listed = fields.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  throw new AppError('invalid_request', `The account cannot be taken: ${listed}.`, { fields })
}

// Invisible characters would make two names look like one.
function isUsername(name: string): boolean {
  return /^[^\s@\p{C}]{1,64}$/u.test(name)
}
