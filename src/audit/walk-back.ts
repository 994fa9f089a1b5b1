import { setImmediate } from 'node:timers/promises'
import { type Handle, prepare } from '../db/handle.ts'

/** Steps a chunk: few enough that the requests beside a search notice nothing. */
const CHUNK = 10_000

/** Trace IDs from `from` on and before `before`. */
export interface TraceRange {
  readonly from: string
  readonly before: string
}

const selectEdge = prepare<{ from: string; before: string }>()((db, place) =>
  db
    .selectFrom('attempt_steps')
    .select('trace_id')
    .where('trace_id', '>=', place.from)
    .where('trace_id', '<', place.before)
    .orderBy('trace_id', 'desc')
    .limit(1)
    .offset(CHUNK - 1),
)

/**
 * Cuts a range of trace IDs into chunks of about 10,000 steps, the newest first; no sign-in is cut in two. The event
 * loop has its turn between them, so whoever asks for few enough of them may search a table of any size.
 */
export async function* walkBack(db: Handle, range: TraceRange): AsyncGenerator<TraceRange> {
  let { before } = range
  while (before > range.from) {
    const from = (await selectEdge.first(db, { from: range.from, before }))?.trace_id ?? range.from
    yield { from, before }
    before = from
    await setImmediate()
  }
}
