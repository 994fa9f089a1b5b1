import type { Database } from '../db/database.ts'
import { settingsVersion } from '../db/settings-version.ts'
import type { Row, SigningAlgorithm } from '../db/tables.ts'
import type { Clock } from '../platform/clock.ts'
import { ensureSigningKey } from './rotate-key.ts'
import { publicKeyOf, type SigningKey, signerOf } from './signing-key.ts'
import { unwrap } from './wrap.ts'

/** The longest that a token signed by a retired key can live: a day, and an hour for clocks and caches. */
export const RETIRED_KEYS_PUBLISHED = 25 * 3_600_000

export interface KeyRing {
  /** The key that signs now; made if there is none for this algorithm yet. */
  signingKey(algorithm: SigningAlgorithm): Promise<SigningKey>
  /** A published key by its ID, for verifying. */
  publishedKey(kid: string): Promise<SigningKey | undefined>
  /** The JWK Set (RFC 7517, section 5) as ready JSON text. */
  jwks(): Promise<string>
}

/**
 * Keys in memory, read anew when the settings version moves.
 * @throws Error, with a sentence for the operator, where GATEPASS_SECRET is not the one that wrapped a key.
 */
export function createKeyRing(database: Database, clock: Clock, wrapping: Buffer): KeyRing {
  let version = 0
  let keys: SigningKey[] = []
  let cached: { text: string; until: number } | undefined

  async function refresh(): Promise<void> {
    const current = await settingsVersion(database.read)
    if (current === version) return
    const rows = await database.read
      .selectFrom('signing_keys')
      .selectAll()
      .orderBy('created_at', 'desc')
      .execute()
    const known = new Map(keys.map(key => [key.kid, key]))
    keys = rows.map(row => {
      const before = known.get(row.kid)
      return before ? { ...before, retiredAt: row.retired_at } : openKey(row, wrapping)
    })
    cached = undefined
    version = current
  }

  const published = () => {
    const now = clock.now()
    return keys.filter(key => key.retiredAt === null || now < key.retiredAt + RETIRED_KEYS_PUBLISHED)
  }

  return {
    async signingKey(algorithm) {
      await refresh()
      const active = () => keys.find(key => key.algorithm === algorithm && key.retiredAt === null)
      if (active() === undefined) {
        await ensureSigningKey(database, wrapping, algorithm, clock.now())
        await refresh()
      }
      return active()!
    },
    async publishedKey(kid) {
      await refresh()
      return published().find(key => key.kid === kid)
    },
    async jwks() {
      await refresh()
      const now = clock.now()
      if (cached === undefined || now >= cached.until) {
        cached = {
          text: JSON.stringify({ keys: published().map(key => key.publicJwk) }),
          until: now + 60_000,
        }
      }
      return cached.text
    },
  }
}

function openKey(row: Row<'signing_keys'>, wrapping: Buffer): SigningKey {
  const publicJwk = JSON.parse(row.public_jwk)
  let privateKey: Buffer
  try {
    privateKey = unwrap(wrapping, row.kid, row.wrapped_private_key)
  } catch (cause) {
    throw new Error(
      `GATEPASS_SECRET is not the one that this database's signing key ${row.kid} was wrapped with. ` +
        'Start with the earlier value; without it the keys are lost and must be removed.',
      { cause },
    )
  }
  return {
    kid: row.kid,
    algorithm: row.algorithm,
    publicJwk,
    publicKey: publicKeyOf(publicJwk),
    sign: signerOf(row.algorithm, privateKey),
    createdAt: row.created_at,
    retiredAt: row.retired_at,
  }
}
