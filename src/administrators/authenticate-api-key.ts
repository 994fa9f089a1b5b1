import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { sha256 } from '../platform/hashing.ts'
import { principalOf } from './administrator-principal.ts'
import { findAdministrator } from './administrator-store.ts'
import { type ApiKey, isLive, toApiKey } from './api-keys.ts'
import { may, maySee, type Principal } from './principal.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

const MINUTE = 60_000

/**
 * Who stands behind a bearer token: its scopes and projects, as far as its maker has them now.
 * @throws AppError `invalid_token` for one that is unknown, revoked or over, or whose maker is gone or disabled: one
 * answer for all.
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
  const principal = key && isLive(key, now) ? await asFarAsItsMaker(deps.database, key, address) : undefined
  if (!key || !principal) throw new AppError('invalid_token', 'The API key is unknown, revoked or over.')
  if (key.lastUsedAt === null || now - key.lastUsedAt >= MINUTE) await touch(deps.database, key.id, now)
  return principal
}

async function asFarAsItsMaker(
  { read }: Database,
  key: ApiKey,
  address: string,
): Promise<Principal | undefined> {
  const own: Principal = {
    kind: 'api_key',
    id: key.id,
    administratorId: key.administratorId,
    actor: { name: `api-key:${key.name}`, origin: address },
    scopes: new Set(key.scopes),
    projects: key.projectIds === null ? 'all' : new Set(key.projectIds),
  }
  if (key.administratorId === null) return own
  const administrator = await findAdministrator(read, key.administratorId)
  if (!administrator || administrator.disabledAt !== null) return undefined
  const maker = principalOf(administrator, address)
  return {
    ...own,
    scopes: new Set(key.scopes.filter(scope => may(maker, scope))),
    projects:
      own.projects === 'all' ? maker.projects : new Set([...own.projects].filter(id => maySee(maker, id))),
  }
}

/** A full disk stops writing, and not a key that reads: when it was used is not worth a refusal. */
async function touch(database: Database, id: string, now: number): Promise<void> {
  try {
    await database.write(tx =>
      tx.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', id).execute(),
    )
  } catch (error) {
    if (!(error instanceof AppError)) throw error
  }
}
