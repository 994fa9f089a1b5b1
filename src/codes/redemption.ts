// The shapes of a redemption: what is presented, and what becomes of it.
import type { Reason } from '../audit/reasons.ts'
import type { Handle } from '../db/handle.ts'
import type { ClientSecret, Project } from '../projects/project.ts'
import type { Reader } from '../readers/reader.ts'
import type { Session, SessionKind } from '../sessions/session.ts'
import type { Code } from './code.ts'

/** What is presented, by whom, and what it is to open. */
export interface Redemption {
  readonly project: Project
  readonly code: string
  readonly opens: SessionKind
  /** What is presented is a login token's code: it is taken for no other code, and no other for it. */
  readonly loginToken?: boolean
  /** The secret that the site proved itself with; a site in this process has no need of one. */
  readonly secret?: ClientSecret
  /** PKCE verifiers of which one must match a code that carries a challenge. */
  readonly verifiers: readonly string[]
  /** Refuse a verifier for a code without a challenge (RFC 9700, section 2.1.1): somebody stripped the challenge. */
  readonly verifierImpliesChallenge: boolean
  /** Whether a code that does not exist is worth a step in the timeline. */
  readonly tellsUnknown: boolean
  /** The client that swaps the code at the token endpoint, and the `redirect_uri` that it names. */
  readonly clientId?: string
  readonly redirectUri?: string
  /** The browser's own half of a "Continue as ...?" that its reader answered with yes. */
  readonly confirmation?: string
  /** A client without a secret swaps what it asked for itself, never what a login endpoint pushed. */
  readonly needsAuthorization?: boolean
  /** The session that the browser has already: it ends with the new one, or shows who comes Back. */
  readonly currentSession?: Uint8Array
  /** What else comes of it: written in the same transaction. */
  readonly alongside?: (tx: Handle, session: Session, code: Code) => Promise<void>
}

export interface Redeemed {
  readonly session: Session
  readonly reader: Reader
  /** Missing where the browser was led on despite a code that does not exist. */
  readonly code?: Code
  readonly redirectPath: string | null
  /** What the browser keeps to show that the session is its own; absent where it has that already. */
  readonly sessionToken?: string
  /** No session was opened: the browser came Back to the one that it has, or that its first request opened. */
  readonly cameBack: boolean
  /** What is wrong with the code, where the session that the browser has led on all the same. */
  readonly despite?: Refusal
}

/** Why nothing was opened; `confirm_needed` is no failure: the reader is asked first. */
export type Refusal = Reason | 'confirm_needed'
