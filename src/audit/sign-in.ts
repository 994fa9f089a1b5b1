// A sign-in is all that happened under one trace ID: its steps, in the order of time. Steps are kept, sign-ins are not:
// what became of one is told from its steps, here and nowhere else.
import { type ExpressionBuilder, sql } from 'kysely'
import type { Handle } from '../db/handle.ts'
import type { Tables } from '../db/tables.ts'
import { type AttemptStep, readSteps, type StepName } from './attempts.ts'

/**
 * `passed`: a session was opened, and nothing undid it later; `failed`: it was refused, or what it opened was revoked;
 * `open`: neither, as with a reader who never came back from the login page.
 */
export type SignInOutcome = 'passed' | 'failed' | 'open'

export interface SignIn {
  readonly traceId: string
  readonly projectId: string | null
  /** Milliseconds since the epoch. */
  readonly beganAt: number
  readonly lastStepAt: number
  /** Who the reader is, as last named. */
  readonly reader: string | null
  /** Of the browser, where it was seen; else of the login endpoint or the site's server. */
  readonly address: string | null
  readonly outcome: SignInOutcome
  /** Of a failed one, why: a code of `reasons.ts`. */
  readonly reason: string | null
  readonly lastStep: StepName
}

/** Of the steps of one trace: whether there are others than those of signing out. */
export const hasSignInStep = sql<0 | 1>`max(case when step <> 'logout' then 1 else 0 end)`

// A second use ends what the first opened; the step of a code says whether there was anything left to end. The quotes
// of a string inside JSON are escaped, so nobody who is quoted in the detail can say so too.
const undoes = sql`step = 'swap' and outcome = 'failed' and (reason = 'refresh_token_used'
  or (reason = 'code_used' and detail like '%"sessionRevoked":true%'))`

/**
 * The outcome as an aggregate over the steps of one trace. Signing out belongs to a sign-in that passed: where its other
 * steps are purged, `passed` is still true of it, and a notice that a site did not take makes it no failure.
 */
export const outcomeOfSteps = sql<SignInOutcome>`case
  when ${hasSignInStep} = 0 then 'passed'
  when max(case when step in ('swap', 'exchange') and outcome = 'passed' then at end) > coalesce(max(case when ${undoes} then at end), -1) then 'passed'
  when max(case when step <> 'logout' and outcome = 'failed' then 1 else 0 end) = 1 then 'failed'
  else 'open' end`

/** Whose sign-ins are looked at: those of every project, of strangers to all of them too, or of these alone. */
export type Projects = 'all' | ReadonlySet<string>

/** Limits a query over steps to what belongs to the projects. */
export function ofProjects(eb: ExpressionBuilder<Tables, 'attempt_steps'>, projects: Projects) {
  return projects === 'all' ? eb.lit(true) : eb('project_id', 'in', [...projects])
}

const selectOutcomes = (db: Handle, traceIds: readonly string[]) =>
  db
    .selectFrom('attempt_steps')
    .select(['trace_id', outcomeOfSteps.as('outcome')])
    .where('trace_id', 'in', [...traceIds])
    .groupBy('trace_id')
    .execute()

/** Whether all steps are of these projects: who may not see one of them sees nothing of the sign-in. */
export function areTheirs(steps: readonly AttemptStep[], projects: Projects): boolean {
  return projects === 'all' || steps.every(({ projectId }) => projectId !== null && projects.has(projectId))
}

/** The sign-ins of these trace IDs, in their order, without those of which nothing is left, or that have a step of another project. */
export async function readSignIns(
  db: Handle,
  traceIds: readonly string[],
  projects: Projects,
): Promise<SignIn[]> {
  if (traceIds.length === 0) return []
  const outcomes = new Map((await selectOutcomes(db, traceIds)).map(row => [row.trace_id, row.outcome]))
  const signIns: SignIn[] = []
  for (const traceId of traceIds) {
    const { steps } = await readSteps(db, traceId)
    if (steps.length > 0 && areTheirs(steps, projects))
      signIns.push(tell(traceId, outcomes.get(traceId)!, steps))
  }
  return signIns
}

// Where the browser itself was seen, before those steps that a login endpoint or a site's server may have taken.
const seesBrowser: readonly StepName[] = [
  'redirect',
  'authorize',
  'provider',
  'confirm',
  'swap',
  'exchange',
  'code',
  'logout',
]

function tell(traceId: string, outcome: SignInOutcome, steps: readonly AttemptStep[]): SignIn {
  const last = steps.at(-1)!
  const failure = steps.findLast(step => step.outcome === 'failed' && step.step !== 'logout')
  const addressed = steps.filter(step => step.address !== null)
  const seen = seesBrowser.flatMap(name => addressed.find(step => step.step === name) ?? [])
  return {
    traceId,
    projectId: steps.find(step => step.projectId !== null)?.projectId ?? null,
    beganAt: steps[0]!.at,
    lastStepAt: last.at,
    reader: steps.findLast(step => step.reader !== null)?.reader ?? null,
    address: seen[0]?.address ?? null,
    outcome,
    reason: outcome === 'failed' ? (failure?.reason ?? null) : null,
    lastStep: last.step,
  }
}
