// Keys of the admin API: bearer tokens (RFC 6750) with scopes, for all projects or for some. A key never has more rights
// than whoever made it.
import { type Actor, recordAudit } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import { AppError, type FieldProblem } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
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
  readonly createdBy: string
  readonly createdAt: number
  /** Null: it does not end by itself. */
  readonly expiresAt: number | null
  readonly revokedAt: number | null
  readonly lastUsedAt: number | null
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
  input: {
    readonly name: string
    readonly scopes: readonly string[]
    readonly projectIds: readonly string[] | null
    /** Milliseconds; null: until it is revoked. */
    readonly life: number | null
  },
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
    created_by: by.actor.name,
    created_at: now,
    expires_at: input.life === null ? null : now + input.life,
    revoked_at: null,
    last_used_at: null,
  }
  await deps.database.write(async tx => {
    await tx.insertInto('api_keys').values(row).execute()
    const detail = {
      scopes: input.scopes,
      projectIds: input.projectIds,
      hint: row.hint,
      expiresAt: row.expires_at,
    }
    await recordAudit(tx, by.actor, { action: 'api-key.create', projectId: null, target: name, detail }, now)
  })
  return { apiKey: toApiKey(row), secret }
}

/** Ends a key now. @throws AppError `not_found`. */
export async function revokeApiKey(deps: Deps, actor: Actor, id: string): Promise<void> {
  const now = deps.clock.now()
  await deps.database.write(async tx => {
    const row = await tx.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst()
    if (!row) throw new AppError('not_found', `There is no API key ${id}.`)
    await tx
      .updateTable('api_keys')
      .set({ revoked_at: now })
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .execute()
    const detail = { id, hint: row.hint }
    await recordAudit(tx, actor, { action: 'api-key.revoke', projectId: null, target: row.name, detail }, now)
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

const MINUTE = 60_000
const DAY = 86_400_000

/**
 * Who stands behind a bearer token.
 * @throws AppError `invalid_token` for one that is unknown, revoked or over: one answer for all.
 */
export async function authenticateApiKey(deps: Deps, token: string, address: string): Promise<Principal> {
  const now = deps.clock.now()
  // 256 random bits are looked up by digest: how long the look-up takes tells nothing of the key.
  const row = await deps.database.read
    .selectFrom('api_keys')
    .selectAll()
    .where('hash', '=', sha256(token))
    .executeTakeFirst()
  const key = row && toApiKey(row)
  if (!key || !isLive(key, now))
    throw new AppError('invalid_token', 'The API key is unknown, revoked or over.')
  if (key.lastUsedAt === null || now - key.lastUsedAt >= MINUTE) {
    await deps.database.write(tx =>
      tx.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', key.id).execute(),
    )
  }
  return {
    kind: 'api_key',
    id: key.id,
    actor: { name: `api-key:${key.name}`, origin: address },
    scopes: new Set(key.scopes),
    projects: key.projectIds === null ? 'all' : new Set(key.projectIds),
  }
}

function check(input: { scopes: readonly string[]; life: number | null }, name: string): void {
  const fields: FieldProblem[] = []
  if (name.length === 0 || name.length > 100 || /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name)) {
    fields.push({ field: 'name', problem: 'must be 1 to 100 characters without control characters' })
  }
  const unknown = input.scopes.filter(scope => !(scopes as readonly string[]).includes(scope))
  if (unknown.length > 0)
    fields.push({ field: 'scopes', problem: `has unknown ones: ${unknown.slice(0, 5).join(', ')}` })
  if (input.scopes.length === 0) fields.push({ field: 'scopes', problem: 'must have at least one' })
  if (input.life !== null && !(input.life > 0 && input.life <= 3650 * DAY)) {
    fields.push({ field: 'expires', problem: 'must be at most ten years ahead' })
  }
  if (fields.length === 0) return
  const listed = fields.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  throw new AppError('invalid_request', `The API key cannot be made: ${listed}.`, { fields })
}

function toApiKey(row: Row<'api_keys'>): ApiKey {
  return {
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes),
    projectIds: row.project_ids === null ? null : JSON.parse(row.project_ids),
    hint: row.hint,
    createdBy: row.created_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    lastUsedAt: row.last_used_at,
  }
}
