import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { AppError } from '../../errors.ts'
import { shownLocation } from '../../platform/database-url.ts'
import { typeParsers } from '../postgres.ts'
import { WRITING } from '../postgres-writer.ts'
import { type CopyEnd, quoted, selectLastKey, selectPage, type Value, type Values } from './copy-end.ts'
import type { ColumnType } from './table-layout.ts'

const types: Record<ColumnType, string> = { INTEGER: 'bigint', TEXT: 'text', BLOB: 'bytea' }

/**
 * Connects, and holds the lock on writing until it is closed: no node changes anything meanwhile, and none starts.
 * @throws AppError with a sentence for the operator where the server cannot be used, `conflict` where a node runs.
 */
export async function openPostgresEnd(url: string): Promise<CopyEnd> {
  const name = shownLocation(url)
  const client = await connect(url, name)
  const query = async (text: string, values: unknown[] = []): Promise<Values[]> => {
    try {
      return (await client.query({ text, values, rowMode: 'array' })).rows
    } catch (error) {
      throw whyNot(name, error)
    }
  }
  return {
    name,
    async tables() {
      return new Set(
        (
          await query(`SELECT tablename::text FROM pg_tables WHERE schemaname = ANY (current_schemas(false))`)
        ).map(([table]) => String(table)),
      )
    },
    page: (layout, after, limit) =>
      query(selectPage(layout, after ? after.map((_, index) => `$${index + 1}`).join(', ') : '', limit), [
        ...(after ?? []),
      ]),
    count: async table => Number((await query(`SELECT COUNT(*) FROM "${table}"`))[0]![0]),
    lastKey: async layout => (await query(selectLastKey(layout)))[0],
    async insert({ table, columns }, rows) {
      const names = quoted(columns.map(each => each.name))
      // One array for each column: a statement of the same few values, however many rows it carries.
      const arrays = columns.map(({ type }, index) => `$${index + 1}::${types[type]}[]`).join(', ')
      await query(
        `INSERT INTO "${table}" (${names}) SELECT * FROM unnest(${arrays})`,
        columns.map((_, index) => rows.map(row => storable(row[index]!))),
      )
    },
    async run(statements) {
      await query('BEGIN')
      // With its end on the disk, all that was copied before it is there too.
      await query('SET LOCAL synchronous_commit = on')
      for (const statement of statements) await query(statement)
      await query('COMMIT')
    },
    close: () => client.end(),
  }
}

/** PostgreSQL's text has no U+0000; see postgres.ts. */
export function storable(value: Value): Value {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
}

async function connect(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'gatepass db copy',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    types: typeParsers,
  })
  // A connection that breaks is told by the statement that runs over it.
  client.on('error', () => {})
  try {
    await client.connect()
    // Batches need no wait for the disk; see `run`.
    await client.query('SET synchronous_commit = off; SET statement_timeout = 0')
    // The server may take a moment to see that whoever was there has gone.
    for (let left = 20; left > 0; left--) {
      if (await isAlone(client)) return client
      await delay(100)
    }
  } catch (error) {
    await client.end().catch(() => {})
    throw whyNot(name, error)
  }
  await client.end()
  throw new AppError(
    'conflict',
    `Gatepass, or another copy, works on ${name}: stop it first, so that nothing is written during the copy.`,
  )
}

async function isAlone(client: pg.Client): Promise<boolean> {
  const { rows: nodes } = await client.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gatepass'`,
  )
  if (nodes.length > 0) return false
  const { rows: locked } = await client.query(`SELECT pg_try_advisory_lock(${WRITING}) AS mine`)
  return locked[0].mine
}

/** What PostgreSQL or the way to it says, and what helps where the reason is known. */
export function whyNot(name: string, error: unknown): AppError {
  const { message, code } = error as NodeJS.ErrnoException
  const advice = code === '42501' ? ' The user must own the database, or may make tables in its schema.' : ''
  const reason = (message || String(code)).replace(/\.$/, '')
  return new AppError('temporarily_unavailable', `${name} cannot be used: ${reason}.${advice}`, {
    cause: error,
  })
}
