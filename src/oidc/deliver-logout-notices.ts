// Delivers logout notices in the background. The table is the queue: every process of an installation takes from it,
// each notice goes to one of them, and one that dies leaves a claim that ends.
import type { Logger } from 'pino'
import type { LogoutNotice } from '../sessions/logout-notice.ts'
import { onNotice } from '../sessions/notice-bell.ts'
import { claimNotices, hasDueNotice } from '../sessions/notice-store.ts'
import { type DeliveryDeps, deliverNotice } from './deliver-notice.ts'

/** Notices on their way at a time, and to one client: a site that answers slowly keeps only its own waiting. */
const AT_ONCE = 16
const PER_CLIENT = 4
/** How often to look for what is due, or was written by another process. */
const LOOK = 1_000

export interface NoticeDelivery {
  /** Sends what is due on its way, as far as there is room; what has arrived makes room by itself. */
  take(): Promise<void>
  /** Tries everything that is due, and resolves when nothing due is left or on its way. */
  deliverDue(): Promise<void>
  /** Takes nothing more, and resolves when what is on its way has arrived or failed: within 5 seconds. */
  stop(): Promise<void>
}

/** Delivers when it is told to. */
export function createNoticeDelivery(deps: DeliveryDeps & { readonly logger: Logger }): NoticeDelivery {
  const onTheirWay = new Set<Promise<void>>()
  const busy = new Map<string, number>()
  let stopped = false
  let taking: Promise<void> | undefined
  let takeAgain = false

  /** Takes what there is room for; callers that come meanwhile share one more round. */
  function take(): Promise<void> {
    takeAgain = true
    taking ??= Promise.resolve().then(rounds)
    return taking
  }

  async function rounds(): Promise<void> {
    try {
      while (takeAgain && !stopped && onTheirWay.size < AT_ONCE) takeAgain = await takeRound()
    } finally {
      // In the same step as the last look at `takeAgain`: whoever comes from here on begins anew.
      taking = undefined
    }
  }

  /** @returns whether another round may find more: those that wait behind a client which has its share. */
  async function takeRound(): Promise<boolean> {
    const limit = AT_ONCE - onTheirWay.size
    const now = deps.clock.now()
    takeAgain = false
    const notices = await deps.database.write(tx =>
      claimNotices(tx, { now, limit, perClient: PER_CLIENT, busy }),
    )
    for (const notice of notices) send(notice)
    return takeAgain || notices.length > 0
  }

  function send(notice: LogoutNotice): void {
    busy.set(notice.clientId, (busy.get(notice.clientId) ?? 0) + 1)
    const sending = deliverNotice(deps, notice)
      .catch(error => {
        // Not the site's fault but ours, the database's say: the claim ends, and the notice is tried again.
        deps.logger.error({ err: error, notice: notice.id }, 'delivering a logout notice failed')
      })
      .finally(() => {
        const count = busy.get(notice.clientId)! - 1
        if (count > 0) busy.set(notice.clientId, count)
        else busy.delete(notice.clientId)
        onTheirWay.delete(sending)
        take().catch(error => reportLook(deps.logger, error))
      })
    onTheirWay.add(sending)
  }

  return {
    take,
    async deliverDue() {
      await take()
      while (taking || onTheirWay.size > 0) await Promise.all([taking, ...onTheirWay])
    },
    async stop() {
      stopped = true
      while (taking || onTheirWay.size > 0) await Promise.allSettled([taking, ...onTheirWay])
    },
  }
}

/** Delivers in the background until it is stopped: at once what this process writes, within a second what others do. */
export function startNoticeDelivery(
  deps: DeliveryDeps & { readonly logger: Logger },
): Pick<NoticeDelivery, 'stop'> {
  const delivery = createNoticeDelivery(deps)
  const failed = (error: unknown) => reportLook(deps.logger, error)
  const silence = onNotice(() => void delivery.take().catch(failed))
  const timer = setInterval(() => {
    // A look costs a read; only what is found costs a write.
    hasDueNotice(deps.database.read, deps.clock.now())
      .then(found => (found ? delivery.take() : undefined))
      .catch(failed)
  }, LOOK)
  timer.unref()

  return {
    async stop() {
      silence()
      clearInterval(timer)
      await delivery.stop()
    },
  }
}

function reportLook(logger: Logger, error: unknown): void {
  logger.error({ err: error }, 'looking for logout notices failed; it is tried again')
}
