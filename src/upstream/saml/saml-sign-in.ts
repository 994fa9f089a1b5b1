// A SAML sign-in comes back in two steps. The provider's answer is posted from its site, and browsers send no cookies of
// ours along (SameSite=Lax), so nothing is handed over yet: whom the answer names waits under a new one-time secret, and
// the browser is sent on to ask for it, with the cookie that it was given at the start.
import type { Identity } from '../identity-provider.ts'
import type { UpstreamSignIn } from '../upstream-sign-in.ts'

/** What the next step of a sign-in is checked against. */
export type Expected =
  | { readonly from: 'provider'; readonly requestId: string }
  | {
      readonly from: 'browser'
      readonly identity: Identity
      /** Key of the sign-in as it was begun, in base64url: names the cookie. */
      readonly begunKey: string
    }

export type SamlSignIn = UpstreamSignIn<Expected>

/** How long the browser may take from one step to the other, which is a redirect. */
export const CONTINUE_LIFE = 120_000
