// The search for sign-ins. Rows are found by what an index serves: by trace ID, which is by time, and failures by
// project. Whatever else is asked for is looked up step by step, a bounded number of steps a time; the answer says how
// far back that went, and where to go on.
import { isIP } from 'node:net'
import { type ExpressionBuilder, sql } from 'kysely'
import type { Handle } from '../db/handle.ts'
import type { Tables } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import { firstTraceIdAt, isTraceId, momentOfTraceId, readTraceId } from '../platform/trace-id.ts'
import { type AttemptStep, readSteps } from './attempts.ts'
import {
  hasSignInStep,
  ofProjects,
  outcomeOfSteps,
  type Projects,
  readSignIns,
  type SignIn,
  type SignInOutcome,
} from './sign-in.ts'
import { startsWith } from './starts-with.ts'
import { walkBack } from './walk-back.ts'
import { walkFailures } from './walk-failures.ts'

export interface SignInFilter {
  readonly projects: Projects
  /** Begins with this, capital letters or not; `exact`: is this, letter by letter. */
  readonly reader?: { readonly startsWith: string } | { readonly exact: string }
  /** A whole address is compared as one, anything else as the beginning of one. */
  readonly address?: string
  readonly outcome?: SignInOutcome
  /** One of its failed steps has this reason. */
  readonly reason?: string
  /** Began at this moment or later, and before that one; milliseconds since the epoch. */
  readonly from?: number
  readonly to?: number
}

export interface SignInPage {
  /** The newest first, by when they began. */
  readonly signIns: readonly SignIn[]
  /** Give it as `before` to go on; null: there are no others. */
  readonly next: string | null
  /** The moment back to which the search went, where it stopped because it had looked at enough. */
  readonly searchedBackTo: number | null
}

export const SIGN_INS_A_PAGE = 50
/** Chunks that one search looks at, of 10,000 steps or of 500 failures each. */
const MOST_CHUNKS = 50

/**
 * One page of the sign-ins that fit all that the filter says. What is left of a sign-in that only signs out, after the
 * rest was purged, is no sign-in and shows where its reason is asked for.
 * @param page `before`: the `next` of the page before this one.
 * @throws AppError `invalid_request` where `before` is not such a `next`.
 */
export async function findSignIns(
  db: Handle,
  filter: SignInFilter,
  page: { before?: string | undefined; limit?: number } = {},
): Promise<SignInPage> {
  const { before, limit = SIGN_INS_A_PAGE } = page
  if (before !== undefined && !isTraceId(before)) {
    const fields = [{ field: 'before', problem: 'is not where a page of this search ends' }]
    throw new AppError('invalid_request', 'The search cannot go on from there; begin it again.', { fields })
  }
  const found: string[] = []
  let stopped: string | undefined
  let chunks = 0
  for await (const chunk of chunksOf(db, filter, before)) {
    const wanted = limit + 1 - found.length
    found.push(...(await matching(db, filter, chunk, wanted)))
    if (found.length > limit) break
    if (++chunks === MOST_CHUNKS && isTraceId(chunk.from)) {
      stopped = chunk.from
      break
    }
  }
  const shown = found.slice(0, limit)
  const full = found.length > limit
  return {
    signIns: await readSignIns(db, shown, filter.projects),
    next: full ? shown.at(-1)! : (stopped ?? null),
    searchedBackTo: !full && stopped !== undefined ? momentOfTraceId(stopped) : null,
  }
}

export interface SignInTimeline {
  readonly signIn: SignIn
  readonly steps: readonly AttemptStep[]
  /** There are more steps in the middle than are shown. */
  readonly cut: boolean
}

/**
 * The sign-in that a pasted trace ID, or a line with one in it, names.
 * @throws AppError `invalid_request` where there is no trace ID in it, `not_found` where nothing of the projects has it.
 */
export async function findSignIn(db: Handle, projects: Projects, pasted: string): Promise<SignInTimeline> {
  const traceId = readTraceId(pasted)
  if (traceId === undefined) {
    const fields = [{ field: 'traceId', problem: 'has no 32 hexadecimal digits in it' }]
    const sentence =
      'A trace ID has 32 hexadecimal digits, as the error page and the header x-trace-id show it.'
    throw new AppError('invalid_request', sentence, { fields })
  }
  const { steps, cut } = await readSteps(db, traceId)
  const [signIn] = steps.length > 0 ? await readSignIns(db, [traceId], projects) : []
  if (!signIn) throw new AppError('not_found', `No step of a sign-in has the trace ID ${traceId}.`)
  return { signIn, steps, cut }
}

/** Trace IDs in a range, or these of it alone. */
interface Chunk {
  readonly from: string
  readonly before: string
  readonly traceIds?: readonly string[]
}

async function* chunksOf(
  db: Handle,
  filter: SignInFilter,
  before: string | undefined,
): AsyncGenerator<Chunk> {
  if (filter.projects !== 'all' && filter.projects.size === 0) return
  const from = firstTraceIdAt(filter.from ?? 0)
  const to = firstTraceIdAt(filter.to ?? Number.POSITIVE_INFINITY)
  const range = { from, before: before !== undefined && before < to ? before : to }
  const ofFailures =
    filter.outcome === 'failed' || filter.reason !== undefined
      ? await walkFailures(db, filter.projects, range)
      : undefined
  yield* ofFailures ?? walkBack(db, range)
}

async function matching(db: Handle, filter: SignInFilter, chunk: Chunk, limit: number): Promise<string[]> {
  if (chunk.traceIds?.length === 0) return []
  const rows = await db
    .selectFrom('attempt_steps')
    .select('trace_id')
    .where('trace_id', '>=', chunk.from)
    .where('trace_id', '<', chunk.before)
    .$if(chunk.traceIds !== undefined, query => query.where('trace_id', 'in', [...chunk.traceIds!]))
    .where(eb => ofProjects(eb, filter.projects))
    .groupBy('trace_id')
    .having(eb => eb.and(conditions(eb, filter)))
    .orderBy('trace_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(row => row.trace_id)
}

/** Each is true of a sign-in, not of one step: the reader may stand in one and the address in another. */
function conditions(eb: ExpressionBuilder<Tables, 'attempt_steps'>, filter: SignInFilter) {
  const { reader, address, outcome, reason } = filter
  const anyStep = (condition: unknown) => sql<boolean>`max(case when ${condition} then 1 else 0 end) = 1`
  return [
    ...(reason === undefined ? [sql<boolean>`${hasSignInStep} = 1`] : [anyStep(eb('reason', '=', reason))]),
    ...(reader && 'exact' in reader ? [anyStep(eb('reader', '=', reader.exact))] : []),
    ...(reader && 'startsWith' in reader ? [anyStep(startsWith(eb.ref('reader'), reader.startsWith))] : []),
    ...(address === undefined ? [] : [anyStep(isFrom(eb, address.trim().toLowerCase()))]),
    ...(outcome === undefined ? [] : [sql<boolean>`${outcomeOfSteps} = ${outcome}`]),
  ]
}

/** A socket that takes both kinds of addresses spells IPv4 as IPv6. */
function isFrom(eb: ExpressionBuilder<Tables, 'attempt_steps'>, address: string) {
  if (isIP(address) !== 0) return eb('address', 'in', [address, `::ffff:${address}`])
  return eb.or([address, `::ffff:${address}`].map(text => startsWith(eb.ref('address'), text)))
}
