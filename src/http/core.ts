import type { OutstandingCodes } from '../codes/outstanding-codes.ts'
import type { Database } from '../db/database.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Clock } from '../platform/clock.ts'
import type { FailureLimits } from '../platform/failure-limits.ts'
import type { Registry } from '../projects/registry.ts'

/** What the doors hand to the rules; each rule names the few of these that it uses. */
export interface Core {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly keys: KeyRing
  readonly outstanding: OutstandingCodes
  readonly failures: FailureLimits
  /** Bounds the redirects to login that anybody can write into the timeline without credentials. */
  readonly strangers: FailureLimits
  /** Keeps a stranger from filling the timeline with codes that never existed. */
  readonly madeUpCodes: FailureLimits
  /** The public URL of the identity server. */
  readonly issuer: string
}
