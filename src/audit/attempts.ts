// The attempt timeline: every step of a sign-in, passed or failed, under the trace ID that the caller and the reader
// see too. A step is written in the transaction of what it tells about, so neither exists without the other.

import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { type Handle, prepare } from '../db/handle.ts'
import type { AppError } from '../errors.ts'
import { timeOrderedBytes } from '../platform/random.ts'
import { isTraceId } from '../platform/trace-id.ts'

/**
 * `authorize`: an OpenID Connect client asked, or was answered; `redirect`: sent to the login URL; `provider`: sent to an
 * identity provider, or come back with an answer that is not taken; `code`: code generation; `confirm`: the reader is asked whether it is them; `swap`: code redeemed; `exchange`: a provider's token taken
 * in the place of a code; `logout`: session ended.
 */
export type StepName =
  | 'authorize'
  | 'redirect'
  | 'provider'
  | 'code'
  | 'confirm'
  | 'swap'
  | 'exchange'
  | 'logout'

export interface AttemptStep {
  readonly traceId: string
  readonly projectId: string | null
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly step: StepName
  readonly outcome: 'passed' | 'failed'
  readonly reason: string | null
  /** Who the reader is, as the login endpoint named them. */
  readonly reader: string | null
  /** The address that the request came from. */
  readonly address: string | null
  readonly detail: Readonly<Record<string, unknown>>
}

/** What the doors know about a request before any rule runs. */
export interface Visit {
  readonly traceId: string
  readonly address: string | null
}

const insertStep = prepare<
  Omit<AttemptStep, 'detail' | 'traceId' | 'projectId'> &
    Record<'detail' | 'trace' | 'project', unknown> & { id: Buffer }
>()((db, place) =>
  db.insertInto('attempt_steps').values({
    trace_id: place.trace as string,
    id: place.id,
    project_id: place.project as string | null,
    at: place.at,
    step: place.step,
    outcome: place.outcome,
    reason: place.reason,
    reader: place.reader,
    address: place.address,
    detail: place.detail as string,
  }),
)

let stepsSoFar = 0

/** Orders steps by time, and those of one millisecond as they happened here. */
function nextStepId(at: number): Buffer {
  const id = timeOrderedBytes(12, at)
  stepsSoFar = (stepsSoFar + 1) % 65_536
  id.writeUInt16BE(stepsSoFar, 6)
  return id
}

export async function recordStep(tx: Handle, step: AttemptStep): Promise<void> {
  await insertStep.all(tx, {
    trace: step.traceId,
    project: step.projectId,
    id: nextStepId(step.at),
    at: step.at,
    step: step.step,
    outcome: step.outcome,
    reason: step.reason,
    reader: step.reader,
    address: step.address,
    detail: JSON.stringify(step.detail),
  })
}

/** Writes why a step was refused, for refusals that change nothing else. Only those with a true reason are told. */
export async function recordRefusal(
  database: Database,
  visit: Visit,
  about: { step: StepName; projectId: string | null; reader: string | null; at: number },
  refusal: Pick<AppError, 'reason' | 'detail'>,
): Promise<void> {
  const { reason, detail } = refusal
  if (reason === undefined) return
  await database.write(tx =>
    recordStep(tx, {
      ...visit,
      ...about,
      outcome: 'failed',
      reason,
      detail,
    }),
  )
}

const selectProject = prepare<{ trace: string }>()((db, place) =>
  db
    .selectFrom('attempt_steps')
    .select('project_id')
    .where('trace_id', '=', place.trace)
    // A bound LIMIT makes SQLite plan the query anew for every execution.
    .limit(sql.lit(1)),
)

/** The project that an attempt belongs to, if it has begun. */
export async function findAttemptProject(db: Handle, traceId: string): Promise<string | null | undefined> {
  return (await selectProject.first(db, { trace: traceId }))?.project_id
}

/** The attempt that `state` names, if it is one of this project: nobody writes into another's timeline. */
export async function findAttemptOf(
  db: Handle,
  projectId: string,
  state: string | undefined,
): Promise<string | undefined> {
  if (state === undefined || !isTraceId(state)) return undefined
  return (await findAttemptProject(db, state)) === projectId ? state : undefined
}

const selectRedirect = prepare<{ trace: string; project: string }>()((db, place) =>
  db
    .selectFrom('attempt_steps')
    .select('detail')
    .where('trace_id', '=', place.trace)
    .where('project_id', '=', place.project)
    .where('step', '=', 'redirect')
    .limit(sql.lit(1)),
)

/** The page at which an attempt of the project began, without its query, if it began at the site. */
export async function findAttemptPath(
  db: Handle,
  projectId: string,
  traceId: string,
): Promise<string | undefined> {
  const row = await selectRedirect.first(db, { trace: traceId, project: projectId })
  return row && JSON.parse(row.detail).path
}

/** All steps of one trace in order of time. */
export async function findAttempt(db: Handle, traceId: string): Promise<AttemptStep[]> {
  const rows = await db
    .selectFrom('attempt_steps')
    .selectAll()
    .where('trace_id', '=', traceId)
    .orderBy('id')
    .execute()
  return rows.map(toStep)
}

/** A trace has a handful of steps; one that somebody fills with thousands is shown by its ends. */
const END = 200

const selectFirstSteps = prepare<{ trace: string }>()((db, place) =>
  db.selectFrom('attempt_steps').selectAll().where('trace_id', '=', place.trace).orderBy('id').limit(END),
)

const selectLastSteps = prepare<{ trace: string; after: Uint8Array }>()((db, place) =>
  db
    .selectFrom('attempt_steps')
    .selectAll()
    .where('trace_id', '=', place.trace)
    .where('id', '>', place.after)
    .orderBy('id', 'desc')
    .limit(END),
)

/** The first and the last 200 steps of one trace in order of time; `cut`: there may be others in between. */
export async function readSteps(
  db: Handle,
  traceId: string,
): Promise<{ steps: AttemptStep[]; cut: boolean }> {
  const first = await selectFirstSteps.all(db, { trace: traceId })
  if (first.length < END) return { steps: first.map(toStep), cut: false }
  const last = await selectLastSteps.all(db, { trace: traceId, after: first.at(-1)!.id })
  return { steps: [...first, ...last.reverse()].map(toStep), cut: last.length === END }
}

/** The newest steps, newest first, of one project or of all. */
export async function listSteps(
  db: Handle,
  filter: { projectId?: string; failedOnly?: boolean; limit: number },
): Promise<AttemptStep[]> {
  const rows = await db
    .selectFrom('attempt_steps')
    .selectAll()
    .$if(filter.projectId !== undefined, query => query.where('project_id', '=', filter.projectId!))
    .$if(filter.failedOnly === true, query => query.where('outcome', '=', 'failed'))
    .orderBy('trace_id', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit)
    .execute()
  return rows.map(toStep)
}

function toStep(row: {
  trace_id: string
  project_id: string | null
  at: number
  step: string
  outcome: 'passed' | 'failed'
  reason: string | null
  reader: string | null
  address: string | null
  detail: string
}): AttemptStep {
  return {
    traceId: row.trace_id,
    projectId: row.project_id,
    at: row.at,
    step: row.step as StepName,
    outcome: row.outcome,
    reason: row.reason,
    reader: row.reader,
    address: row.address,
    detail: JSON.parse(row.detail),
  }
}
