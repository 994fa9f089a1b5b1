import { sha256 } from '../../platform/hashing.ts'

/** What binds a sign-in to the browser that began it: at the provider (RFC 7636), and in the ID token. */
export interface BoundToBrowser {
  readonly verifier: string
  readonly challenge: string
  readonly nonce: string
}

/** Follows from the secret in the browser's cookie, so that neither stands in our database meanwhile. */
export function boundToBrowser(secret: string, state: string): BoundToBrowser {
  const derive = (what: string) => sha256(`${what} ${secret} ${state}`).toString('base64url')
  const verifier = derive('verifier')
  return { verifier, challenge: sha256(verifier).toString('base64url'), nonce: derive('nonce') }
}
