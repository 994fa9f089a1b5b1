// A sign-in at a provider has two halves, with the reader away in between: `begin-sign-in.ts` sends the browser there,
// `take-sign-in.ts` knows it again when it comes back, `finish-sign-in.ts` hands who it is over to the site. What the
// provider says is for each standard to check; the rest is the same for all.
import type { AskedFor } from './hand-over.ts'

/** How long a reader may take at the provider. */
export const UPSTREAM_LIFE = 15 * 60_000

/** The standards by which readers sign in at a provider. */
export type UpstreamStandard = 'openid' | 'saml'

/** What a sign-in that was sent away comes back to. `E`: what the provider's answer is checked against. */
export interface UpstreamRequest<E = unknown> {
  readonly standard: UpstreamStandard
  readonly asked: AskedFor
  /** SHA-256 (base64url) of the secret that the browser keeps. */
  readonly browser: string
  readonly expected: E
}

export interface UpstreamSignIn<E = unknown> {
  /** Of the secret that travels as `state` or `RelayState`. */
  readonly key: Buffer
  readonly projectId: string
  readonly providerId: string
  readonly request: UpstreamRequest<E>
  /** The attempt that it belongs to. */
  readonly traceId: string
  readonly expiresAt: number
}

/** Names a sign-in in the browser's cookies; in order of time. Nothing can be presented with it. */
export function upstreamName(key: Buffer): string {
  return key.toString('hex').slice(0, 32)
}
