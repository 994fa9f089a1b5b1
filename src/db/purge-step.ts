// What purging is made of. Each part of the program says which of its rows are over (purge-*.ts there), and src/purge.ts
// has the list: each step is a transaction of its own.
import type { Handle } from './handle.ts'
import type { Tables } from './tables.ts'

/** Rows a step: small enough that no request notices. */
export const STEP_SIZE = 500

export interface Purging {
  /** Milliseconds. */
  readonly now: number
  /** How long the attempt timeline is kept. */
  readonly attemptDays: number
}

/** Removes or ends a step's worth of rows. @returns how many; from `STEP_SIZE` on there may be more. */
export type PurgeStep = (tx: Handle, purging: Purging) => Promise<bigint>

type TablesWith<Columns> = { [T in keyof Tables]: Tables[T] extends Columns ? T : never }[keyof Tables]

/** Tables whose keys begin with the time that they were made. Those of idempotency keys are digests. */
type TimeOrdered = Exclude<TablesWith<{ key: Uint8Array }>, 'idempotency_keys'>

/** Rows that were made before a moment: `firstKeyAt` of platform/one-time-secret.ts says with which key they end. */
export async function removeBefore(tx: Handle, table: TimeOrdered, over: Buffer): Promise<bigint> {
  const result = await tx
    .deleteFrom(table)
    .where('key', 'in', eb =>
      eb.selectFrom(table).select('key').where('key', '<', over).orderBy('key').limit(STEP_SIZE),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}

/** Rows that expired before a moment (milliseconds), of a table whose key has two columns. */
export async function removeExpired<T extends TablesWith<{ expires_at: number }>>(
  tx: Handle,
  table: T,
  key: readonly [keyof Tables[T], keyof Tables[T]],
  over: number,
): Promise<bigint> {
  // Kysely has no types for a tuple of columns that differ from table to table: one of them stands for all.
  const [from, first, second] = [table, ...key] as unknown as ['used_assertions', 'client_id', 'jti']
  const result = await tx
    .deleteFrom(from)
    .where(eb =>
      eb(
        eb.refTuple(first, second),
        'in',
        eb
          .selectFrom(from)
          .select([first, second])
          .where('expires_at', '<', over)
          .orderBy('expires_at')
          .limit(STEP_SIZE)
          .$asTuple(first, second),
      ),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}

/** One-time links that were used or have expired. */
export async function removeDeadLinks(
  tx: Handle,
  table: TablesWith<{ used_at: number | null; created_by: string }>,
  now: number,
): Promise<bigint> {
  const result = await tx
    .deleteFrom(table)
    .where(eb => eb.or([eb('used_at', 'is not', null), eb('expires_at', '<=', now)]))
    .executeTakeFirst()
  return result.numDeletedRows
}
