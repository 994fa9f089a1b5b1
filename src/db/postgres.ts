// A PostgreSQL server, through pg: how a handle runs queries over whatever connection it is given.
import {
  type CompiledQuery,
  type DatabaseConnection,
  HandleEmptyInListsPlugin,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  replaceWithNoncontingentExpression,
} from 'kysely'
import pg from 'pg'
import { dialectOf } from './dialect.ts'
import { Handle, type StatementRunner } from './handle.ts'
import type { SettingsMemory } from './settings-memory.ts'

export interface PostgresQuery {
  /** Where the server is to keep the query prepared. */
  readonly name?: string
  readonly text: string
  readonly values: unknown[]
}

export type RunQuery = (query: PostgresQuery) => Promise<pg.QueryResult>

// `in ()` is nothing to SQLite and a mistake to PostgreSQL.
const emptyLists = new HandleEmptyInListsPlugin({ strategy: replaceWithNoncontingentExpression })

const speech = {
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db: Kysely<never>) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
}

const INT8 = 20
const NUMERIC = 1700

/** Moments, counts and sums are numbers, as SQLite gives them; all of them stay far below 2^53. */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 || oid === NUMERIC
      ? Number
      : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
}

export function postgresHandle(
  run: RunQuery,
  settings: SettingsMemory,
  takeTime?: () => Promise<void>,
): Handle {
  const connection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      // Unnamed: what `in` makes of a list has a text of its own for each length.
      const { command, rowCount, rows } = await run({ text: sql, values: parameters.map(storable) })
      const changes = ['INSERT', 'UPDATE', 'DELETE', 'MERGE'].includes(command)
      return { rows: rows as R[], ...(changes && { numAffectedRows: BigInt(rowCount ?? 0) }) }
    },
    // biome-ignore lint/correctness/useYield: Kysely asks for a generator; nothing here streams
    async *streamQuery() {
      throw new Error('this connection does not stream')
    },
  }
  const runner: StatementRunner = {
    async all(sql, values) {
      return (await run({ name: nameOf(sql), text: sql, values: values.map(storable) })).rows
    },
    ...(takeTime && { takeTime }),
  }
  return new Handle('postgres', dialectOf(connection, speech), runner, { settings, plugins: [emptyLists] })
}

/** PostgreSQL's text holds every character but U+0000, which becomes what half a surrogate pair becomes, U+FFFD. */
function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
}

const names = new Map<string, string>()

/** One name for one text in this process, so that a connection which knows it needs no parsing and no planning. */
function nameOf(sql: string): string {
  let name = names.get(sql)
  if (name === undefined) {
    name = `gatepass_${names.size}`
    names.set(sql, name)
  }
  return name
}
