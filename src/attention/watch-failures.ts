import type { StepName } from '../audit/attempts.ts'
import { describeReason } from '../audit/reasons.ts'
import type { RecentFailures } from '../audit/recent-failures.ts'
import type { Project } from '../projects/project.ts'
import { type AttentionItem, type AttentionKind, count, inWords } from './attention.ts'

/** What failed and passed in the last hour, and in the last day. */
export interface Lately {
  readonly hour: { readonly failures: readonly RecentFailures[]; readonly passed: number }
  readonly day: { readonly failures: readonly RecentFailures[]; readonly passed: number }
}

interface Watched {
  readonly kind: AttentionKind
  readonly step: StepName
  readonly what: string
  /** Failures below which a share says nothing: of an hour, of a day with others that passed, of one with none. */
  readonly least: { readonly hour: number; readonly day: number; readonly alone: number }
  /** Reasons that say nothing about who sends, or are told on their own. */
  readonly without: readonly string[]
}

const watched: readonly Watched[] = [
  {
    kind: 'codes_failing',
    step: 'code',
    what: 'requests for a code',
    least: { hour: 5, day: 20, alone: 3 },
    without: ['reader_blocked', 'jwt_off', 'too_many_codes', 'secret_retired', 'too_many_failures'],
  },
  {
    kind: 'swaps_failing',
    step: 'swap',
    what: 'codes that were brought',
    least: { hour: 10, day: 50, alone: 5 },
    without: ['reader_blocked', 'jwt_off', 'secret_retired', 'too_many_failures', 'code_malformed'],
  },
  {
    kind: 'authorizations_failing',
    step: 'authorize',
    what: 'requests of an application',
    least: { hour: 10, day: 50, alone: 5 },
    without: ['login_required', 'jwt_off'],
  },
]
const SHARE = { hour: 0.5, day: 0.2 }

/** Login endpoints, sites and applications that keep being refused, by what share of them is. */
export function watchFailures(project: Project, lately: Lately): AttentionItem[] {
  return watched.flatMap(each => judge(project, each, lately) ?? [])
}

function judge(project: Project, each: Watched, { hour, day }: Lately): AttentionItem | undefined {
  const ofHour = select(each, hour.failures)
  const ofDay = select(each, day.failures)
  const inHour = isMuch(ofHour, hour.passed, each.least.hour, SHARE.hour)
  const inDay =
    isMuch(ofDay, day.passed, each.least.day, SHARE.day) ||
    (day.passed === 0 && sum(ofDay) >= each.least.alone)
  if (!inHour && !inDay) return undefined
  const [failures, passed, span] = inHour ? [ofHour, hour.passed, 'hour'] : [ofDay, day.passed, 'day']
  const [most] = failures
  const failed = sum(failures)
  const reason = describeReason(most!.reason)
  return {
    kind: each.kind,
    severity: passed === 0 ? 'error' : 'warning',
    sentence:
      passed === 0
        ? `All ${failed} ${each.what} in the last ${span} were refused.`
        : `${failed} ${each.what} in the last ${span} were refused; ${count(passed, 'sign-in')} passed.`,
    detail: `Most often (${most!.count}): ${reason?.sentence ?? most!.reason} ${reason?.fix ?? ''}`.trim(),
    since: Math.min(...ofDay.map(failure => failure.firstAt)),
    projectId: project.id,
    traceId: most!.traceId,
  }
}

function select({ step, without }: Watched, failures: readonly RecentFailures[]): RecentFailures[] {
  return failures.filter(failure => failure.step === step && !without.includes(failure.reason))
}

function isMuch(failures: readonly RecentFailures[], passed: number, least: number, share: number): boolean {
  const failed = sum(failures)
  return failed >= least && failed / (failed + passed) >= share
}

function sum(failures: readonly RecentFailures[]): number {
  return failures.reduce((all, { count }) => all + count, 0)
}

/** A secret that was retired and is still sent: somebody's login endpoint was forgotten, or somebody has a copy. */
export function watchRetiredSecrets(project: Project, { day }: Lately, now: number): AttentionItem[] {
  const sent = day.failures.filter(failure => failure.reason === 'secret_retired')
  return sent.map(({ step, count: times, firstAt, lastAt, traceId }) => ({
    kind: 'retired_secret_sent',
    severity: 'error',
    sentence: `A secret that was retired was sent ${count(times, 'time')} in the last day, last ${inWords(now - lastAt)} ago, and refused.`,
    detail: `Put the current secret into the ${step === 'code' ? 'login endpoint' : 'site'} that has the old one; the sign-in shows its last characters and the address that it came from.`,
    since: firstAt,
    projectId: project.id,
    traceId,
  }))
}

export function watchOutstandingCodes(project: Project, { day }: Lately): AttentionItem[] {
  const [reached] = day.failures.filter(failure => failure.reason === 'too_many_codes')
  if (!reached) return []
  const { count: times, firstAt, traceId } = reached
  return [
    {
      kind: 'too_many_codes',
      severity: 'error',
      sentence: `The limit of ${project.outstandingCodesLimit} waiting codes was reached; ${count(times, 'request')} for a code had to wait in the last day.`,
      detail: 'Find the caller that makes codes nobody redeems, or raise the limit of outstanding codes.',
      since: firstAt,
      projectId: project.id,
      traceId,
    },
  ]
}

export function watchGivenUpNotices(project: Project, { day }: Lately): AttentionItem[] {
  return day.failures
    .filter(failure => failure.givenUp > 0)
    .map(({ givenUp, lastAt, traceId, reason }) => ({
      kind: 'logout_given_up',
      severity: 'error',
      sentence: `${count(givenUp, 'sign-out')} never reached a site and ${givenUp === 1 ? 'is' : 'are'} not tried again.`,
      detail: `Readers may still be signed in there. ${describeReason(reason)?.fix ?? ''}`.trim(),
      since: lastAt,
      projectId: project.id,
      traceId,
    }))
}
