import { recordStep } from '../audit/attempts.ts'
import type { Reason } from '../audit/reasons.ts'
import type { Database } from '../db/database.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Clock } from '../platform/clock.ts'
import { OutboundError, type OutboundFetch } from '../platform/outbound-fetch.ts'
import type { RegisteredClient, Registry } from '../projects/registry.ts'
import { findReader } from '../readers/reader-store.ts'
import { type LogoutNotice, nextTry } from '../sessions/logout-notice.ts'
import { markNoticeDelivered, markNoticeFailed } from '../sessions/notice-store.ts'
import { mintLogoutToken } from './logout-token.ts'

export interface DeliveryDeps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly keys: KeyRing
  readonly issuer: string
  readonly fetch: OutboundFetch
}

/** What came of one try; `final`: another one can't go better. */
type Outcome =
  | { readonly delivered: true; readonly status: number }
  | { readonly delivered: false; readonly reason: Reason; readonly problem: string; readonly final?: true }

/**
 * Tries once to tell a site that one of its sessions ended (OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8):
 * 200 and 204 are done, 400 is refused, everything else is tried again. What came of it becomes a step of the sign-in.
 * The notice must be claimed.
 */
export async function deliverNotice(deps: DeliveryDeps, notice: LogoutNotice): Promise<void> {
  await deps.registry.refresh()
  const client = deps.registry.client(notice.clientId)
  const outcome = await tell(deps, client, notice)
  const now = deps.clock.now()
  const tries = notice.tries + 1
  const refused = !outcome.delivered && outcome.reason === 'logout_refused'
  const next = outcome.delivered || outcome.final ? null : nextTry(notice, tries, refused, now, Math.random())

  await deps.database.write(async tx => {
    if (outcome.delivered) await markNoticeDelivered(tx, notice, now)
    else await markNoticeFailed(tx, notice, outcome.problem, next)
    await recordStep(tx, {
      traceId: notice.traceId,
      address: null,
      projectId: notice.projectId,
      at: now,
      step: 'logout',
      outcome: outcome.delivered ? 'passed' : 'failed',
      reason: outcome.delivered ? null : outcome.reason,
      reader: (await findReader(tx, notice.readerId))?.externalId ?? null,
      detail: {
        told: client?.name || notice.clientId,
        notice: notice.id,
        try: tries,
        ...(outcome.delivered ? { status: outcome.status } : { problem: outcome.problem }),
        ...(!outcome.delivered && { next: next === null ? 'given up' : new Date(next).toISOString() }),
      },
    })
  })
}

async function tell(
  deps: DeliveryDeps,
  client: RegisteredClient | undefined,
  notice: LogoutNotice,
): Promise<Outcome> {
  if (!client?.backchannelLogoutUri) {
    const problem = 'the client is gone, or asks no longer to be told'
    return { delivered: false, reason: 'logout_not_delivered', problem, final: true }
  }
  const key = await deps.keys.signingKey(client.idTokenAlgorithm ?? client.project.signingAlgorithm)
  const token = mintLogoutToken(key, deps.issuer, {
    clientId: client.id,
    sub: notice.readerId,
    sid: notice.sid,
    now: deps.clock.now(),
  })
  try {
    const { status, body } = await deps.fetch(client.backchannelLogoutUri, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ logout_token: token }).toString(),
    })
    if (status === 200 || status === 204) return { delivered: true, status }
    if (status === 400) {
      return { delivered: false, reason: 'logout_refused', problem: `answered 400${said(body)}` }
    }
    const problem = `answered ${status}${status >= 300 && status < 400 ? ', redirects are not followed' : ''}`
    return { delivered: false, reason: 'logout_not_delivered', problem }
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error
    return { delivered: false, reason: 'logout_not_delivered', problem: error.message }
  }
}

/** What a site may say with a refusal (section 2.8): the members of an OAuth error, and nothing else of its answer. */
function said(body: string): string {
  try {
    const { error, error_description: description } = JSON.parse(body)
    const words = [error, description].filter(each => typeof each === 'string' && each !== '')
    return words.length > 0 ? `: ${words.join(', ').slice(0, 200)}` : ''
  } catch {
    return '' // not JSON, or no object: the status says it all
  }
}
