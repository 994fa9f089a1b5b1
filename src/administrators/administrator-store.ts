import type { Handle } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import { canonicalEmail } from '../platform/email-address.ts'
import type { Administrator, AdministratorInput } from './administrator.ts'

export async function countAdministrators(db: Handle): Promise<number> {
  const { count } = await db
    .selectFrom('administrators')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

export async function listAdministrators(db: Handle): Promise<Administrator[]> {
  const rows = await db.selectFrom('administrators').selectAll().orderBy('canonical_email').execute()
  return rows.map(toAdministrator)
}

export async function findAdministrator(db: Handle, id: string): Promise<Administrator | undefined> {
  const row = await db.selectFrom('administrators').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toAdministrator(row)
}

export async function findAdministratorByEmail(
  db: Handle,
  email: string,
): Promise<Administrator | undefined> {
  const row = await withEmail(db, email).executeTakeFirst()
  return row && toAdministrator(row)
}

/** @throws AppError `not_found`. */
export async function requireAdministrator(db: Handle, id: string): Promise<Administrator> {
  const administrator = await findAdministrator(db, id)
  if (!administrator) throw new AppError('not_found', `There is no administrator ${id}.`)
  return administrator
}

/** @throws AppError `not_found`. */
export async function requireAdministratorByEmail(db: Handle, email: string): Promise<Administrator> {
  const administrator = await findAdministratorByEmail(db, email)
  if (!administrator) throw new AppError('not_found', `There is no administrator ${email}.`)
  return administrator
}

/** @throws AppError `conflict` for an e-mail address that somebody has. */
export async function refuseTakenEmail(tx: Handle, email: string): Promise<void> {
  if (!(await findAdministratorByEmail(tx, email))) return
  throw new AppError('conflict', `There is an administrator ${email} already.`, {
    fields: [{ field: 'email', problem: 'belongs to another administrator already' }],
  })
}

/** What signing in compares with. */
export interface Credentials {
  readonly administrator: Administrator
  readonly passwordHash: string | null
  readonly wrappedTotpSecret: Buffer | null
}

export async function findCredentials(db: Handle, id: string): Promise<Credentials | undefined> {
  const row = await db.selectFrom('administrators').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toCredentials(row)
}

export async function findCredentialsByEmail(db: Handle, email: string): Promise<Credentials | undefined> {
  const row = await withEmail(db, email).executeTakeFirst()
  return row && toCredentials(row)
}

/** Whether what was compared before the transaction is still so in it: nothing was reset or disabled meanwhile. */
export async function stillHolds(tx: Handle, before: Credentials): Promise<boolean> {
  const current = await findCredentials(tx, before.administrator.id)
  return (
    current !== undefined &&
    current.administrator.disabledAt === null &&
    current.passwordHash === before.passwordHash &&
    Buffer.compare(current.wrappedTotpSecret ?? empty, before.wrappedTotpSecret ?? empty) === 0
  )
}

/** They are active once they have set a password. */
export async function insertAdministrator(
  tx: Handle,
  id: string,
  input: AdministratorInput,
  now: number,
): Promise<void> {
  await tx
    .insertInto('administrators')
    .values({
      id,
      ...toColumns(input),
      password_hash: null,
      wrapped_totp_secret: null,
      totp_step: null,
      created_at: now,
      disabled_at: null,
      version: 1,
    })
    .execute()
}

export async function writeAdministrator(
  tx: Handle,
  id: string,
  input: AdministratorInput,
  disabledAt: number | null,
): Promise<void> {
  await tx
    .updateTable('administrators')
    .set(eb => ({ ...toColumns(input), disabled_at: disabledAt, version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

export async function setPasswordHash(tx: Handle, id: string, passwordHash: string): Promise<void> {
  await tx.updateTable('administrators').set({ password_hash: passwordHash }).where('id', '=', id).execute()
}

/** Null takes the second factor away. */
export async function setTotpSecret(tx: Handle, id: string, wrapped: Uint8Array | null): Promise<void> {
  await tx
    .updateTable('administrators')
    .set({ wrapped_totp_secret: wrapped, totp_step: null })
    .where('id', '=', id)
    .execute()
}

/** Takes the time step of a one-time password, each once (RFC 6238, section 5.2). @returns false where it was taken. */
export async function takeTotpStep(tx: Handle, id: string, step: number): Promise<boolean> {
  const result = await tx
    .updateTable('administrators')
    .set({ totp_step: step })
    .where('id', '=', id)
    .where(eb => eb.or([eb('totp_step', 'is', null), eb('totp_step', '<', step)]))
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function removeAdministrator(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('administrator_links').where('administrator_id', '=', id).execute()
  await tx.deleteFrom('administrator_sessions').where('administrator_id', '=', id).execute()
  await tx.deleteFrom('administrators').where('id', '=', id).execute()
}

const empty = Buffer.alloc(0)

function withEmail(db: Handle, email: string) {
  return db.selectFrom('administrators').selectAll().where('canonical_email', '=', canonicalEmail(email))
}

function toCredentials(row: Row<'administrators'>): Credentials {
  return {
    administrator: toAdministrator(row),
    passwordHash: row.password_hash,
    wrappedTotpSecret: row.wrapped_totp_secret && Buffer.from(row.wrapped_totp_secret),
  }
}

function toColumns(input: AdministratorInput) {
  return {
    email: input.email,
    canonical_email: canonicalEmail(input.email),
    name: input.name,
    role: input.role,
    project_ids: input.projectIds && JSON.stringify(input.projectIds),
  }
}

function toAdministrator(row: Row<'administrators'>): Administrator {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    projectIds: row.project_ids === null ? null : JSON.parse(row.project_ids),
    active: row.password_hash !== null,
    hasTotp: row.wrapped_totp_secret !== null,
    createdAt: row.created_at,
    disabledAt: row.disabled_at,
    version: row.version,
  }
}
