import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../platform/clock.ts'
import { type IssuedSecret, issueSecret } from '../projects/issue-secret.ts'
import type { ClientKind } from '../projects/project.ts'

/** The client ID and secret of one of the demo's applications, kept in memory alone. */
export interface DemoCredentials {
  current(): Promise<{ readonly clientId: string; readonly clientSecret: string }>
  /** Gatepass refused them: the next call makes new ones. */
  refused(): void
}

const DAY = 86_400_000
const HOUR = 3_600_000

/**
 * Secrets that live for a day, one made at the first sign-in after a start: none is written anywhere, what an earlier
 * start left ends by itself, and a second server on the same database does not take the first one's away.
 */
export function createCredentials(
  deps: { database: Database; clock: Clock },
  actor: Actor,
  client: { readonly slug: string; readonly kind: ClientKind; readonly clientId?: string },
): DemoCredentials {
  let made: Promise<IssuedSecret> | undefined
  const make = () => issueSecret(deps, actor, { ...client, label: 'demo', life: DAY })
  return {
    async current() {
      const known = await made?.catch(() => undefined)
      if (!known || known.expiresAt - deps.clock.now() < HOUR) made = make()
      return await made!
    },
    refused() {
      made = undefined
    },
  }
}
