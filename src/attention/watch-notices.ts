import type { LateNotices } from '../sessions/notice-store.ts'
import { type AttentionItem, count } from './attention.ts'

/** Sites that were told of a sign-out more than once and did not take it. */
export function watchNotices(late: LateNotices): AttentionItem {
  const { projectId, clientName, count: signOuts, oldest, problem, traceId } = late
  return {
    kind: 'logout_undelivered',
    severity: 'warning',
    sentence: `${count(signOuts, 'sign-out')} did not reach ${clientName} so far${problem === null ? '' : `: ${problem}`}.`,
    detail:
      'Readers may still be signed in there. See that its logout address answers; notices are tried again by themselves for a day. At once: `gatepass notice retry`.',
    since: oldest,
    projectId,
    traceId,
  }
}
