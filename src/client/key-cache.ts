// The public keys of an issuer, kept. The server keeps providers' keys by it, the client kit those of Gatepass.
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'

/** Milliseconds that keys are used without asking: a key that its issuer takes out is good for no longer. */
const FRESH = 300_000
/** Milliseconds that keys are used while their issuer cannot be reached. */
const STALE = 3_600_000
/** Milliseconds between two requests, whatever asks for them: made-up key IDs, or an issuer that is down. */
const PAUSE = 30_000

export interface KeyCache {
  /** The keys to verify with; asked for anew where none has this `kid`. @throws what `load` throws. */
  keysFor(kid: string | undefined): Promise<JWTVerifyGetKey>
}

/** `load` asks the issuer; `now` is in milliseconds, from wherever. */
export function createKeyCache(load: () => Promise<JSONWebKeySet>, now: () => number): KeyCache {
  let kept:
    | { readonly kids: ReadonlySet<unknown>; readonly find: JWTVerifyGetKey; readonly at: number }
    | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  let problem: unknown
  let asking: Promise<void> | undefined

  // A clock that was set back must not make keys young for ever.
  const since = (moment: number) => Math.abs(now() - moment)

  const ask = async () => {
    askedAt = now()
    try {
      const { keys } = await load()
      kept = { kids: new Set(keys.map(({ kid }) => kid)), find: createLocalJWKSet({ keys }), at: now() }
      problem = undefined
    } catch (error) {
      problem = error
    } finally {
      asking = undefined
    }
  }

  return {
    async keysFor(kid) {
      const known = kept && (kid === undefined || kept.kids.has(kid))
      if (kept && known && since(kept.at) < FRESH) return kept.find
      if (!asking && since(askedAt) >= PAUSE) asking = ask()
      await asking
      if (kept && since(kept.at) < STALE) return kept.find
      throw problem
    },
  }
}
