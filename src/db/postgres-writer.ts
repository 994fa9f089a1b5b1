// The one connection of a node that writes, and how it begins, commits and takes back. Of all nodes one writes at a
// time: each transaction begins by taking the same advisory lock, so that what an operation reads before it writes
// stays true until its commit, as with SQLite. Groups make up for it: a turn with the lock commits many requests.
import pg from 'pg'
import type { Handle } from './handle.ts'
import { postgresHandle, typeParsers } from './postgres.ts'
import {
  isConflict,
  isConnectionLost,
  isLocked,
  isPlanOutdated,
  postgresFailure,
  unknownOutcome,
} from './postgres-failures.ts'
import type { SettingsMemory } from './settings-memory.ts'
import type { TransactionControl } from './write-queue.ts'

/** Names the lock on writing among the advisory locks of the database. */
export const WRITING = 7_105_414_877_001
// READ COMMITTED, whatever the server's default is: each statement sees what was committed before it, so that those
// after the lock see what its last holder wrote.
const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SELECT pg_advisory_xact_lock(${WRITING})`
// A COMMIT that waits for a standby must not be cut short: the server would call it done (PostgreSQL's documentation,
// 26.2.8, synchronous replication).
const COMMIT = 'SET LOCAL statement_timeout = 0; COMMIT'
/** After a connection could not be had, the next try waits so long, in milliseconds; who comes meanwhile is refused at once. */
const LET_IT_REST = 500
/** Milliseconds; a day is as good as for ever. */
const NO_LIMIT = 24 * 3_600_000

export interface PostgresWriter extends TransactionControl {
  end(): Promise<void>
}

export function createPostgresWriter(
  config: pg.ClientConfig,
  settings: SettingsMemory,
  lockPatience: number,
): PostgresWriter {
  let client: pg.Client | undefined
  let begun = false
  let unlimited = false
  let failed: { error: unknown; at: number } | undefined

  async function connect(): Promise<pg.Client> {
    if (failed && performance.now() - failed.at < LET_IT_REST) throw failed.error
    const fresh = new pg.Client({ ...config, types: typeParsers })
    fresh.on('error', () => discard(fresh))
    fresh.on('end', () => discard(fresh))
    try {
      await fresh.connect()
      failed = undefined
      return fresh
    } catch (error) {
      failed = { error, at: performance.now() }
      fresh.end().catch(() => {})
      throw error
    }
  }

  /** What the server has of it is taken back by the server, once it sees that nobody is there. */
  function discard(gone: pg.Client | undefined): void {
    if (gone === undefined || client !== gone) return
    client = undefined
    begun = false
    gone.end().catch(() => {})
  }

  async function query(text: string): Promise<pg.QueryResult[]> {
    if (client === undefined) throw new Error('Connection terminated')
    const result = await client.query(text)
    return [result].flat()
  }

  async function takeBack(): Promise<void> {
    if (!begun) return
    const taking = client
    try {
      await query('ROLLBACK')
      begun = false
    } catch (error) {
      discard(taking)
      throw error
    }
  }

  const handle: Handle = postgresHandle(
    async wanted => {
      const running = client
      // Without a transaction a statement would stand for itself.
      if (running === undefined || !begun) throw new Error('Connection terminated')
      try {
        // The types of pg do not know that a query may have a limit of its own.
        const limited: pg.QueryConfig = unlimited
          ? Object.assign(wanted, { query_timeout: NO_LIMIT })
          : wanted
        return await running.query(limited)
      } catch (error) {
        if (isConnectionLost(error) || isPlanOutdated(error)) discard(running)
        throw error
      }
    },
    settings,
    async () => {
      await query('SET LOCAL statement_timeout = 0')
      unlimited = true
    },
  )

  return {
    handle,
    async begin() {
      unlimited = false
      if (begun) await takeBack().catch(() => {})
      for (;;) {
        const kept = client
        client ??= await connect()
        const running = client
        try {
          begun = true
          await query(BEGIN)
          return
        } catch (error) {
          if (!isConnectionLost(error)) throw error
          discard(running)
          // One that was kept may have died unnoticed, with a server that was started again since.
          if (kept === undefined) throw error
        }
      }
    },
    afterMember() {
      if (client?.getTransactionStatus() === 'E') {
        throw new Error('A statement failed in the write transaction, and its error was passed over.')
      }
    },
    async commit() {
      const running = client
      try {
        const results = await query(COMMIT)
        begun = false
        // The server answers the COMMIT of a transaction in which a statement failed with ROLLBACK, as if all were well.
        if (results.at(-1)?.command !== 'COMMIT') {
          throw new Error('A statement failed in the write transaction, and the server took all back.')
        }
      } catch (error) {
        if (!begun || isConflict(error)) throw error
        discard(running)
        throw unknownOutcome(error)
      } finally {
        settings.settle()
      }
    },
    rollback: takeBack,
    storageFailure: postgresFailure,
    isBusy: isLocked,
    mayRerun: error => isConflict(error) || isPlanOutdated(error),
    lockPatience,
    async end() {
      const last = client
      client = undefined
      await last?.end().catch(() => {})
    },
  }
}
