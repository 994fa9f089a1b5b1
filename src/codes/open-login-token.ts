import type { KeyRing } from '../keys/key-ring.ts'
import { verifyClaims } from '../tokens/verify-token.ts'

/**
 * The code in a login token, or undefined for what is no login token of this server. Whether it is still good, unused and
 * for this site is the code's to say, and there alone: so a token that comes back after its time is told as what it is,
 * and still ends the session that it opened.
 */
export async function openLoginToken(
  deps: { readonly keys: KeyRing; readonly issuer: string },
  token: string,
): Promise<string | undefined> {
  const expected = { type: 'login+jwt', issuer: deps.issuer, audience: undefined, now: undefined } as const
  const claims = await verifyClaims(deps.keys, token, expected)
  return typeof claims?.code === 'string' ? claims.code : undefined
}
