// PostgreSQL as the database: many connections that read, one that writes.
import pg from 'pg'
import { AppError } from '../errors.ts'
import { shownLocation } from '../platform/database-url.ts'
import type { Database, DatabaseOptions } from './database-interface.ts'
import { postgresHandle, typeParsers } from './postgres.ts'
import { isConnectionLost, isPlanOutdated } from './postgres-failures.ts'
import { createPostgresWriter } from './postgres-writer.ts'
import { createSettingsMemory } from './settings-memory.ts'
import { askVersion } from './settings-version.ts'
import { createWriteQueue } from './write-queue.ts'

// Milliseconds.
const CONNECTING = 5_000
/** What the server gives a statement; the wait for the answer is a little longer, so that the server speaks first. */
const STATEMENT = 10_000
const ANSWER = 12_000
/** A node that vanished in the middle of a transaction holds the lock on writing no longer than this. */
const IDLE_IN_TRANSACTION = 10_000
/** Connections are renewed, so that they follow a name which leads to another server now. Seconds. */
const CONNECTION_LIFE = 1_800

export function openPostgres(url: string, { lockPatience = 5_000, pool = 10 }: DatabaseOptions): Database {
  const settings = createSettingsMemory()
  const common: pg.ClientConfig = {
    application_name: 'gatepass',
    connectionTimeoutMillis: CONNECTING,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: STATEMENT,
    query_timeout: ANSWER,
  }
  const readers = new pg.Pool({
    ...common,
    connectionString: withOption(url, 'default_transaction_read_only', 'on'),
    types: typeParsers,
    max: pool,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: CONNECTION_LIFE,
  })
  // An idle connection that breaks is out of the pool by then, and nobody waits for it.
  readers.on('error', () => {})
  const read = postgresHandle(async query => {
    try {
      return await readers.query(query)
    } catch (error) {
      // Reading changes nothing: it may be done again, over another connection.
      if (!isConnectionLost(error) && !isPlanOutdated(error)) throw error
      return await readers.query(query)
    }
  }, settings)

  const writer = createPostgresWriter(
    {
      ...common,
      connectionString: url,
      lock_timeout: lockPatience,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION,
      pipeline: true,
    },
    settings,
    lockPatience,
  )
  const queue = createWriteQueue(writer)

  let closed: Promise<void> | undefined
  async function close(): Promise<void> {
    await queue.drain()
    await Promise.all([writer.end(), readers.end()])
  }

  return {
    name: shownLocation(url),
    dialect: 'postgres',
    read,
    write: queue.write,
    async check() {
      try {
        await askVersion(read)
      } catch (cause) {
        throw new AppError('temporarily_unavailable', 'The database cannot be reached.', {
          retryAfter: 5,
          cause,
        })
      }
    },
    async sizes() {
      const [row] = await read.runner.all('SELECT pg_database_size(current_database()) AS size', [])
      return { size: (row as { size: number }).size, logSize: 0 }
    },
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

/** The URL with a setting of the session beside those that it has. */
function withOption(url: string, name: string, value: string): string {
  const changed = new URL(url)
  const options = changed.searchParams.get('options')
  changed.searchParams.set('options', [options, `-c ${name}=${value}`].filter(Boolean).join(' '))
  return changed.href
}
