import type { KeyRing } from '../keys/key-ring.ts'
import { type VerifiedClaims, verifyToken } from '../tokens/verify-token.ts'

/** The claims of an `id_token_hint`: an ID token of ours, of whichever client, expired or not. Undefined for anything else. */
export async function readIdTokenHint(
  { keys, issuer }: { readonly keys: KeyRing; readonly issuer: string },
  hint: string,
): Promise<VerifiedClaims | undefined> {
  return await verifyToken(keys, hint, { type: 'JWT', issuer, audience: undefined, now: undefined })
}
