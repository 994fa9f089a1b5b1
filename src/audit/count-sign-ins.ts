import type { Handle } from '../db/handle.ts'
import { firstTraceIdAt, momentOfTraceId } from '../platform/trace-id.ts'
import { countedProjects } from './counted-hours.ts'
import { HOUR, hourOf, oldestUncounted } from './roll-up-sign-ins.ts'
import type { Projects } from './sign-in.ts'
import { addTallies, type Tally, tallySignIns } from './tally-sign-ins.ts'
import { walkBack } from './walk-back.ts'

const DAY = 24 * HOUR
/** Above this range a column of a chart is a day. */
const MOST_HOURS = 72
/** Chunks of 10,000 steps, or hours with fewer, that are looked at where nobody has counted yet. */
const MOST_CHUNKS = 100
/** IDs a query: databases bound the values of one statement. */
const IDS = 500

export interface SignInCounts {
  readonly by: 'hour' | 'day'
  /** One for each hour or day (UTC) of the range, the oldest first, those without sign-ins too; `at` is its beginning. */
  readonly columns: readonly ({ readonly at: number } & Tally)[]
  readonly total: Tally
  readonly byProject: ReadonlyMap<string, Tally>
  /** False where older hours are still to be counted, as after an update: they show as less than they were. */
  readonly complete: boolean
}

/**
 * How many sign-ins passed and failed, by when they began. Hours that are over come from their counts and are as they
 * were two hours later; newer ones are counted now.
 * @param asked `from` and `to` in milliseconds; shown are the hours or days that they are in and those between, up to now.
 */
export async function countSignIns(
  db: Handle,
  asked: { projects: Projects; from: number; to: number; now: number; by?: 'hour' | 'day' | undefined },
): Promise<SignInCounts> {
  const { projects, now, by = asked.to - asked.from <= MOST_HOURS * HOUR ? 'hour' : 'day' } = asked
  const width = by === 'hour' ? HOUR : DAY
  const from = asked.from - (asked.from % width)
  const to = Math.min(asked.to, now) + 1
  const columns = new Map<number, Tally>()
  for (let at = from; at < to; at += width) columns.set(at, nothing)
  const byProject = new Map<string, Tally>()
  const add: Add = (hour, tallies) => {
    const at = hour - (hour % width)
    columns.set(at, sum([columns.get(at) ?? nothing, ...tallies.values()]))
    addTallies(byProject, tallies)
  }

  await readCounted(db, projects, { from, to }, add)
  const complete = await countNewest(db, projects, { from, to, now }, add)
  return {
    by,
    columns: [...columns].map(([at, tally]) => ({ at, ...tally })),
    total: sum([...columns.values()]),
    byProject,
    complete,
  }
}

type Add = (hour: number, tallies: ReadonlyMap<string, Tally>) => void

const nothing: Tally = { passed: 0, failed: 0 }

function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (all, { passed, failed }) => ({ passed: all.passed + passed, failed: all.failed + failed }),
    nothing,
  )
}

async function readCounted(
  db: Handle,
  projects: Projects,
  { from, to }: { from: number; to: number },
  add: Add,
): Promise<void> {
  const ids = projects === 'all' ? await countedProjects(db) : [...projects]
  for (let at = 0; at < ids.length; at += IDS) {
    const rows = await db
      .selectFrom('sign_in_counts')
      .selectAll()
      .where('project_id', 'in', ids.slice(at, at + IDS))
      .where('hour', '>=', from)
      .where('hour', '<', to)
      .execute()
    for (const { project_id, hour, passed, failed } of rows)
      add(hour, new Map([[project_id, { passed, failed }]]))
  }
}

/** Counts the hours that nobody has counted, the newest first. @returns whether all of them were reached. */
async function countNewest(
  db: Handle,
  projects: Projects,
  { from, to, now }: { from: number; to: number; now: number },
  add: Add,
): Promise<boolean> {
  const oldest = await oldestUncounted(db, now)
  if (oldest === undefined) return true
  const first = firstTraceIdAt(Math.max(from, oldest))
  let chunks = 0
  let newest = await newestBefore(db, firstTraceIdAt(hourOf(to - 1) + HOUR))
  // Hours in which nothing happened are passed over.
  while (newest !== undefined && newest >= first) {
    const hour = hourOf(momentOfTraceId(newest))
    const range = { from: firstTraceIdAt(hour), before: firstTraceIdAt(hour + HOUR) }
    for await (const chunk of walkBack(db, range)) {
      if (chunks++ === MOST_CHUNKS) return false
      add(hour, await tallySignIns(db, projects, chunk))
    }
    newest = await newestBefore(db, range.from)
  }
  return true
}

async function newestBefore(db: Handle, before: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('attempt_steps')
    .select('trace_id')
    .where('trace_id', '<', before)
    .orderBy('trace_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.trace_id
}
