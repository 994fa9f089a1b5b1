// Sign-ins are counted hour by hour once an hour is over, so that a chart of a year reads some thousand small rows, and
// the counts outlive the steps that they were made from.
import type { Logger } from 'pino'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import type { Clock } from '../platform/clock.ts'
import { firstTraceIdAt, momentOfTraceId } from '../platform/trace-id.ts'
import { workOff } from '../platform/work-off.ts'
import { ALL_COUNTED, countedProjects, newestCountedHour } from './counted-hours.ts'
import { addTallies, type Tally, tallySignIns } from './tally-sign-ins.ts'
import { walkBack } from './walk-back.ts'

export const HOUR = 3_600_000
const DAY = 24 * HOUR
/** After its end an hour waits for the sign-ins that began in it and are not decided yet. */
const SETTLING = 2 * HOUR
const KEPT = 400 * DAY
/** Rows an insert: PostgreSQL and SQLite bound the values of one statement. */
const ROWS = 500

/**
 * Counts the oldest hour that is over and not counted yet. Any number of processes may do so at once.
 * @returns whether there may be another one.
 */
export async function rollUpSignIns(database: Database, now: number): Promise<boolean> {
  const hour = await oldestUncounted(database.read, now)
  if (hour === undefined || hour + HOUR + SETTLING > now) return false
  const counts = new Map<string, Tally>()
  const range = { from: firstTraceIdAt(hour), before: firstTraceIdAt(hour + HOUR) }
  // Outside of the transaction, which stays short: nothing begins any more in an hour that is over.
  for await (const chunk of walkBack(database.read, range)) {
    addTallies(counts, await tallySignIns(database.read, 'all', chunk))
  }
  await database.write(async tx => {
    const claim = { project_id: ALL_COUNTED, hour, passed: 0, failed: 0 }
    const claimed = await tx
      .insertInto('sign_in_counts')
      .values(claim)
      .onConflict(conflict => conflict.doNothing())
      .executeTakeFirst()
    if (claimed.numInsertedOrUpdatedRows === 0n) return
    const rows = [...counts].map(([project_id, tally]) => ({ project_id, hour, ...tally }))
    for (let from = 0; from < rows.length; from += ROWS) {
      await tx
        .insertInto('sign_in_counts')
        .values(rows.slice(from, from + ROWS))
        .execute()
    }
    await removeOldCounts(tx, now - KEPT)
  })
  return true
}

/** The first hour after the counted ones in which anything happened; hours without sign-ins are passed over. */
export async function oldestUncounted(db: Handle, now: number): Promise<number | undefined> {
  const counted = await newestCountedHour(db)
  const from = Math.max(counted === undefined ? 0 : counted + HOUR, now - KEPT)
  const row = await db
    .selectFrom('attempt_steps')
    .select('trace_id')
    .where('trace_id', '>=', firstTraceIdAt(from))
    .orderBy('trace_id')
    .limit(1)
    .executeTakeFirst()
  return row && hourOf(momentOfTraceId(row.trace_id))
}

export function hourOf(moment: number): number {
  return moment - (moment % HOUR)
}

/** By project, because the rows are in that order. */
async function removeOldCounts(tx: Handle, before: number): Promise<void> {
  for (const project of [ALL_COUNTED, ...(await countedProjects(tx))]) {
    await tx
      .deleteFrom('sign_in_counts')
      .where('project_id', '=', project)
      .where('hour', '<', before)
      .execute()
  }
}

/** Counts what is to be counted once a minute until it is stopped. */
export function startRollUp(database: Database, clock: Clock, logger: Logger) {
  return workOff(
    () => rollUpSignIns(database, clock.now()),
    error => logger.error({ err: error }, 'counting the sign-ins of an hour failed; it is tried again'),
    1000,
  )
}
