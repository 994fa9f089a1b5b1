// SQLite inside the process, through better-sqlite3: one connection that reads, one that writes. Readers of the first
// never see what a transaction on the second has not committed.
import Sqlite from 'better-sqlite3'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { dialectOf } from './dialect.ts'
import { Handle, type StatementRunner } from './handle.ts'

// How long SQLite itself waits for another process, and everybody here with it, before the write queue waits on the event
// loop instead. Milliseconds.
const BUSY_TIMEOUT = 20

const speech = {
  createAdapter: () => new SqliteAdapter(),
  createIntrospector: (db: Kysely<never>) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
}

const pragmas = {
  journal_mode: 'wal',
  synchronous: 2, // FULL; better-sqlite3's own default in WAL mode is NORMAL, which a power cut can undo
  busy_timeout: BUSY_TIMEOUT,
  foreign_keys: 1,
  cache_size: -65_536,
  mmap_size: 2_147_418_112, // as much as SQLite takes: of a larger file it reads the rest page by page
  wal_autocheckpoint: 4000,
} as const

/** One SQLite connection with its statements kept prepared. */
export interface SqliteConnection extends StatementRunner {
  readonly handle: Handle
  readonly raw: Sqlite.Database
}

/** Opens `file` with the pragmas that durability and speed rest on, and checks that SQLite took them. */
export function openSqlite(file: string): SqliteConnection {
  const raw = new Sqlite(file)
  for (const [name, value] of Object.entries(pragmas)) raw.pragma(`${name} = ${value}`)
  for (const name of ['journal_mode', 'synchronous', 'busy_timeout', 'foreign_keys'] as const) {
    const value = raw.pragma(name, { simple: true })
    if (value !== pragmas[name]) {
      raw.close()
      throw new Error(`SQLite would not set ${name} to ${pragmas[name]} on ${file} (it is ${String(value)})`)
    }
  }

  const statements = new Map<string, Sqlite.Statement>()
  const prepared = (query: string): Sqlite.Statement => {
    let statement = statements.get(query)
    if (statement === undefined) {
      statement = raw.prepare(query)
      statements.set(query, statement)
    }
    return statement
  }
  const all = (query: string, values: readonly unknown[]): unknown[] => {
    const statement = prepared(query)
    if (statement.reader) return statement.all(values)
    statement.run(values)
    return []
  }
  const kyselyConnection: DatabaseConnection = {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const statement = prepared(sql)
      if (statement.reader) return { rows: statement.all(parameters) as R[] }
      return { rows: [], numAffectedRows: BigInt(statement.run(parameters).changes) }
    },
    // biome-ignore lint/correctness/useYield: Kysely asks for a generator; nothing here streams
    async *streamQuery() {
      throw new Error('this connection does not stream')
    },
  }
  return { raw, all, handle: new Handle('sqlite', dialectOf(kyselyConnection, speech), { all }) }
}
