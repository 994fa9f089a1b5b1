import type { Database } from '../db/database.ts'
import { settingsVersion } from '../db/settings-version.ts'
import type { SigningAlgorithm } from '../db/tables.ts'
import type { Clock } from '../platform/clock.ts'
import { sha256 } from '../platform/hashing.ts'
import { isPublished, signingOf } from './key-schedule.ts'
import { readKeys, type StoredKey } from './key-store.ts'
import { openSigningKey } from './open-key.ts'
import { ensureSigningKey } from './rotate-key.ts'
import type { SigningKey } from './signing-key.ts'

/** A JWK Set (RFC 7517, section 5) as ready JSON text, and the entity tag that changes with it. */
export interface PublishedKeys {
  readonly text: string
  /** Quoted, as in the header. */
  readonly etag: string
}

export interface KeyRing {
  /** The key that signs now; made if there is none for this algorithm yet. */
  signingKey(algorithm: SigningAlgorithm): Promise<SigningKey>
  /** A published key by its ID, for verifying. */
  publishedKey(kid: string): Promise<SigningKey | undefined>
  jwks(): Promise<PublishedKeys>
}

/**
 * Keys in memory, read anew when the settings version moves.
 * @throws Error, with a sentence for the operator, where GATEPASS_SECRET is not the one that wrapped a key.
 */
export function createKeyRing(database: Database, clock: Clock, wrapping: Buffer): KeyRing {
  let known: { version: number; keys: readonly SigningKey[] } = { version: 0, keys: [] }
  let cached: (PublishedKeys & { of: string }) | undefined

  /** What is answered comes from here and not from `known`, which a slower call beside this one may have set back. */
  async function published(now: number): Promise<readonly SigningKey[]> {
    const version = await settingsVersion(database.read)
    let { keys } = known
    if (version !== known.version) {
      const before = new Map(keys.map(key => [key.kid, key]))
      const stored = (await readKeys(database.read)).filter(key => isPublished(key, now))
      keys = stored.map(key => reopen(key, before.get(key.kid)))
      known = { version, keys }
    }
    return keys.filter(key => isPublished(key, now))
  }

  /** Unwrapping is for keys that were not here before; of the others only the moments can have changed. */
  function reopen(stored: StoredKey, open: SigningKey | undefined): SigningKey {
    if (!open) return openSigningKey(stored, wrapping)
    const { createdAt, signsFrom, retiredAt, removedAt } = stored
    return { ...open, createdAt, signsFrom, retiredAt, removedAt }
  }

  async function signing(algorithm: SigningAlgorithm, now: number): Promise<SigningKey | undefined> {
    const keys = await published(now)
    return signingOf(
      keys.filter(key => key.algorithm === algorithm),
      now,
    )
  }

  return {
    async signingKey(algorithm) {
      const now = clock.now()
      const key = await signing(algorithm, now)
      if (key) return key
      await ensureSigningKey({ database, wrapping }, algorithm, now)
      return (await signing(algorithm, now))!
    },
    async publishedKey(kid) {
      return (await published(clock.now())).find(key => key.kid === kid)
    },
    async jwks() {
      const keys = await published(clock.now())
      const of = keys.map(key => key.kid).join()
      if (cached?.of !== of) {
        const text = JSON.stringify({ keys: keys.map(key => key.publicJwk) })
        cached = { of, text, etag: `"${sha256(text).toString('base64url')}"` }
      }
      return cached
    },
  }
}
