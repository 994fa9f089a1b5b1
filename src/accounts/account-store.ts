import type { Handle } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import { canonicalEmail } from '../platform/email-address.ts'
import { type Account, type AccountInput, canonicalName, canonicalUsername, isEmail } from './account.ts'

export async function findAccount(db: Handle, id: string): Promise<Account | undefined> {
  const row = await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toAccount(row)
}

/** @throws AppError `not_found`. */
export async function requireAccount(db: Handle, id: string): Promise<Account> {
  const account = await findAccount(db, id)
  if (!account) throw new AppError('not_found', `There is no account ${id}.`)
  return account
}

/** By user name or e-mail address, as it was typed. */
export async function findAccountByName(db: Handle, typed: string): Promise<Account | undefined> {
  const row = await named(db, typed).executeTakeFirst()
  return row && toAccount(row)
}

/** By ID, user name or e-mail address. @throws AppError `not_found`. */
export async function requireAccountByName(db: Handle, typed: string): Promise<Account> {
  const account = (await findAccountByName(db, typed)) ?? (await findAccount(db, typed))
  if (!account) throw new AppError('not_found', `There is no account ${typed}.`)
  return account
}

/** @throws AppError `conflict` with the fields that another account has. */
export async function refuseTakenAccount(
  tx: Handle,
  { username, email }: Pick<Account, 'username' | 'email'>,
  exceptId?: string,
): Promise<void> {
  const fields = []
  for (const [field, name] of Object.entries({ username, email })) {
    const other = name === null ? undefined : await findAccountByName(tx, name)
    if (other && other.id !== exceptId) fields.push({ field, problem: 'is taken' })
  }
  if (fields.length === 0) return
  const taken = fields.map(({ field }) => (field === 'email' ? 'e-mail address' : 'user name')).join(' and ')
  throw new AppError('conflict', `There is an account with this ${taken} already.`, { fields })
}

/** What signing in compares with. */
export interface AccountCredentials {
  readonly account: Account
  /** PHC string; null: no password was set. */
  readonly passwordHash: string | null
  /** SHA-256 of a developer's API key. */
  readonly apiKeyHash: Buffer | null
}

export async function findAccountCredentials(
  db: Handle,
  typed: string,
): Promise<AccountCredentials | undefined> {
  const row = await named(db, typed).executeTakeFirst()
  return row && toCredentials(row)
}

/** Whether what was compared before the transaction is still so in it: nothing was reset, disabled or deleted meanwhile. */
export async function accountStillHolds(tx: Handle, before: AccountCredentials): Promise<boolean> {
  const row = await tx
    .selectFrom('accounts')
    .select(['password_hash', 'disabled_at'])
    .where('id', '=', before.account.id)
    .executeTakeFirst()
  return row !== undefined && row.disabled_at === null && row.password_hash === before.passwordHash
}

export async function insertAccount(
  tx: Handle,
  id: string,
  input: AccountInput,
  more: {
    readonly passwordHash: string | null
    readonly apiKey: StoredApiKey | null
    readonly emailVerified: boolean
  },
  now: number,
): Promise<void> {
  await tx
    .insertInto('accounts')
    .values({
      id,
      ...toColumns(input),
      password_hash: more.passwordHash,
      ...apiKeyColumns(more.apiKey),
      email_verified_at: more.emailVerified && input.email !== null ? now : null,
      created_at: now,
      disabled_at: null,
      version: 1,
    })
    .execute()
}

export async function writeAccount(
  tx: Handle,
  id: string,
  input: AccountInput,
  /** `vouched`: when somebody made sure of the e-mail address; left out, that stays as it was. */
  more: { readonly disabledAt: number | null; readonly vouched?: number | undefined },
): Promise<void> {
  await tx
    .updateTable('accounts')
    .set(eb => ({
      ...toColumns(input),
      disabled_at: more.disabledAt,
      ...(more.vouched !== undefined && { email_verified_at: input.email === null ? null : more.vouched }),
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute()
}

export async function setAccountPasswordHash(tx: Handle, id: string, passwordHash: string): Promise<void> {
  await tx.updateTable('accounts').set({ password_hash: passwordHash }).where('id', '=', id).execute()
}

/** For a link that was mailed to the address of an account and came back. */
export async function markEmailVerified(tx: Handle, id: string, now: number): Promise<void> {
  await tx
    .updateTable('accounts')
    .set({ email_verified_at: now })
    .where('id', '=', id)
    .where('email', 'is not', null)
    .where('email_verified_at', 'is', null)
    .execute()
}

/** An API key as it is stored. */
export interface StoredApiKey {
  readonly hash: Uint8Array
  readonly hint: string
}

/** The type, and the key that goes with it; null takes the key away. @returns whether it was another type until now. */
export async function setAccountType(
  tx: Handle,
  id: string,
  type: Account['type'],
  apiKey: StoredApiKey | null,
): Promise<boolean> {
  const result = await tx
    .updateTable('accounts')
    .set(eb => ({ type, ...apiKeyColumns(apiKey), version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .where('type', '!=', type)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function removeAccount(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('account_links').where('account_id', '=', id).execute()
  await tx.deleteFrom('account_members').where('account_id', '=', id).execute()
  await tx.deleteFrom('accounts').where('id', '=', id).execute()
}

function apiKeyColumns(key: StoredApiKey | null) {
  return { api_key_hash: key?.hash ?? null, api_key_hint: key?.hint ?? null }
}

function named(db: Handle, typed: string) {
  const column = isEmail(typed) ? 'canonical_email' : 'canonical_username'
  return db.selectFrom('accounts').selectAll().where(column, '=', canonicalName(typed))
}

function toColumns(input: AccountInput) {
  return {
    username: input.username,
    canonical_username: input.username && canonicalUsername(input.username),
    email: input.email,
    canonical_email: input.email && canonicalEmail(input.email),
    name: input.name,
    type: input.type,
    scope: input.scope,
  }
}

function toCredentials(row: Row<'accounts'>): AccountCredentials {
  return {
    account: toAccount(row),
    passwordHash: row.password_hash,
    apiKeyHash: row.api_key_hash && Buffer.from(row.api_key_hash),
  }
}

export function toAccount(row: Row<'accounts'>): Account {
  return {
    id: row.id,
    username: row.username,
    email: row.email,
    emailVerified: row.email_verified_at !== null,
    name: row.name,
    type: row.type,
    scope: row.scope,
    active: row.password_hash !== null,
    apiKeyHint: row.api_key_hint,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    version: row.version,
  }
}
