import type { SigningKey } from '../keys/signing-key.ts'
import { toSeconds } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import { mint } from '../tokens/mint.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** Seconds: short, as section 4 of the specification asks, since whoever holds the token can sign a reader off. */
const LIFE = 120

/**
 * A logout token (OpenID Connect Back-Channel Logout 1.0, section 2.4): the reader `sub`'s session `sid` at the client
 * has ended. Made anew for every try, with an own `jti`, so that a site which refuses replays takes the next try.
 */
export function mintLogoutToken(
  key: SigningKey,
  issuer: string,
  about: { clientId: string; sub: string; sid: string | null; now: number },
): string {
  const iat = toSeconds(about.now)
  return mint(key, 'logout+jwt', {
    iss: issuer,
    aud: about.clientId,
    iat,
    exp: iat + LIFE,
    jti: uuidv7(about.now),
    sub: about.sub,
    ...(about.sid !== null && { sid: about.sid }),
    events: { [EVENT]: {} },
  })
}
