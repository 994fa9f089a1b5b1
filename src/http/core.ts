import type { OutstandingCodes } from '../codes/outstanding-codes.ts'
import type { Database } from '../db/database.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Clock } from '../platform/clock.ts'
import type { FailureLimits } from '../platform/failure-limits.ts'
import type { Neighbours } from '../platform/neighbours.ts'
import type { Registry } from '../projects/registry.ts'
import type { OpenidConnections } from '../upstream/openid/openid-connections.ts'
import type { Identify } from '../upstream/tokens/identify.ts'

/** What the doors hand to the rules; each rule names the few of these that it uses. */
export interface Core {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly keys: KeyRing
  readonly outstanding: OutstandingCodes
  readonly failures: FailureLimits
  /** Bounds what anybody can write into the timeline without credentials: redirects to login, codes that are none. */
  readonly strangers: FailureLimits
  /** Asks identity providers whom their tokens speak of. */
  readonly identify: Identify
  /** Asks OpenID providers at which readers sign in. */
  readonly openid: OpenidConnections
  /** The other workers, for counts that are kept in memory. */
  readonly neighbours: Neighbours
  /** The public URL of the identity server. */
  readonly issuer: string
}
