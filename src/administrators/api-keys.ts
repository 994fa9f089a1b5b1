// Keys of the admin API: bearer tokens (RFC 6750) with scopes, for all projects or for some. A key never has more rights
// than whoever made it has: when it is made, and at each use (see authenticate-api-key.ts).
import type { Actor } from '../audit/audit-log.ts'
import { noteChange } from '../audit/note-change.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import { AppError, type FieldProblem } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { nameProblem } from '../platform/display-name.ts'
import { sha256 } from '../platform/hashing.ts'
import { randomBytes, uuidv7 } from '../platform/random.ts'
import { maySee, type Principal, type Scope, scopes } from './principal.ts'

/** The prefix by which secret scanners, and people, recognise a key. */
export const API_KEY_PREFIX = 'gpk_'

export interface ApiKey {
  readonly id: string
  readonly name: string
  readonly scopes: readonly Scope[]
  /** IDs; null: all. */
  readonly projectIds: readonly string[] | null
  /** Its last four characters. */
  readonly hint: string
  /** Whose rights limit it; null: made on the command line, limited by its scopes alone. */
  readonly administratorId: string | null
  readonly createdBy: string
  readonly createdAt: number
  /** Null: it does not end by itself. */
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  readonly lastUsedAt: number | null
}

export interface NewApiKey {
  readonly name: string
  readonly scopes: readonly string[]
  /** IDs; null: all. */
  readonly projectIds: readonly string[] | null
  /** Milliseconds; null: until it is revoked. */
  readonly life: number | null
}

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/**
 * Makes a key. Its text is shown this once; the row keeps its SHA-256 and last four characters.
 * @throws AppError `invalid_request` with a problem per field, `access_denied` for rights that the maker lacks.
 */
export async function createApiKey(
  deps: Deps,
  by: Principal,
  input: NewApiKey,
): Promise<{ apiKey: ApiKey; secret: string }> {
  const now = deps.clock.now()
  const name = input.name.trim().normalize('NFC')
  check(input, name)
  const missing = input.scopes.filter(scope => !by.scopes.has(scope as Scope))
  const foreign =
    input.projectIds === null ? by.projects !== 'all' : input.projectIds.some(id => !maySee(by, id))
  if (missing.length > 0 || foreign) {
    throw new AppError('access_denied', 'A key cannot have more rights than whoever makes it.')
  }
  const secret = API_KEY_PREFIX + randomBytes(32).toString('base64url')
  const row = {
    id: uuidv7(now),
    name,
    scopes: JSON.stringify(scopes.filter(scope => input.scopes.includes(scope))),
    project_ids: input.projectIds && JSON.stringify(input.projectIds),
    hash: sha256(secret),
    hint: secret.slice(-4),
    administrator_id: by.administratorId,
    created_by: by.actor.name,
    created_at: now,
    expires_at: input.life === null ? null : now + input.life,
    revoked_at: null,
    last_used_at: null,
  }
  await deps.database.write(async tx => {
    await tx.insertInto('api_keys').values(row).execute()
    const { id, scopes, projectIds, hint, expiresAt } = toApiKey(row)
    const detail = { id, scopes, projectIds, hint, expiresAt }
    await noteChange(tx, by.actor, { action: 'api-key.create', target: name, detail }, now)
  })
  return { apiKey: toApiKey(row), secret }
}

/** Ends a key now; one that has ended stays as it is. @throws AppError `not_found`. */
export async function revokeApiKey(deps: Deps, actor: Actor, id: string): Promise<void> {
  const now = deps.clock.now()
  await deps.database.write(async tx => {
    const row = await tx.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row) throw new AppError('not_found', `There is no API key ${id}.`)
    if (row.revoked_at !== null) return
    await tx.updateTable('api_keys').set({ revoked_at: now }).where('id', '=', id).execute()
    const event = { action: 'api-key.revoke', target: row.name, detail: { id, hint: row.hint } }
    await noteChange(tx, actor, event, now)
  })
}

/** All keys, those that work no longer too, newest first. */
export async function listApiKeys(db: Handle): Promise<ApiKey[]> {
  const rows = await db.selectFrom('api_keys').selectAll().orderBy('id', 'desc').execute()
  return rows.map(toApiKey)
}

export function isLive(key: ApiKey, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || now < key.expiresAt)
}

const DAY = 86_400_000

function check(input: NewApiKey, name: string): void {
  const fields: FieldProblem[] = []
  const problem = nameProblem(name)
  if (problem !== undefined) fields.push({ field: 'name', problem })
  const unknown = input.scopes.filter(scope => !(scopes as readonly string[]).includes(scope))
  if (unknown.length > 0)
    fields.push({ field: 'scopes', problem: `has unknown ones: ${unknown.slice(0, 5).join(', ')}` })
  if (input.scopes.length === 0) fields.push({ field: 'scopes', problem: 'must have at least one' })
  if (input.projectIds?.length === 0) {
    fields.push({ field: 'projects', problem: 'must name at least one project, or all' })
  }
  if (input.life !== null && !(input.life > 0 && input.life <= 3650 * DAY)) {
    fields.push({ field: 'expires', problem: 'must be at most ten years ahead' })
  }
  if (fields.length === 0) return
  const listed = fields.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  throw new AppError('invalid_request', `The API key cannot be made: ${listed}.`, { fields })
}

export function toApiKey(row: Row<'api_keys'>): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes),
    projectIds: row.project_ids === null ? null : JSON.parse(row.project_ids),
    hint: row.hint,
    administratorId: row.administrator_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  }
}
