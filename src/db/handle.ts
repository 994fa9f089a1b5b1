import { type Compilable, type Dialect, Kysely, type KyselyPlugin } from 'kysely'
import type { SettingsMemory } from './settings-memory.ts'
import type { Tables } from './tables.ts'

export type DialectName = 'sqlite' | 'postgres'

/** The values of a prepared query by name. */
export type Parameters = Record<string, unknown>

/** One statement ready to run: SQL with numbered places, and the names of the values that fill them. */
export interface CompiledStatement {
  readonly sql: string
  readonly places: readonly (Place | unknown)[]
}

/** Stands for a value that is not known yet when a query is compiled. */
export class Place {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** Runs SQL that was compiled before, with values in the order of its places. */
export interface StatementRunner {
  all(sql: string, values: readonly unknown[]): Promise<unknown[]> | unknown[]
  /** For the rest of this transaction no statement is given up for taking long. */
  takeTime?(): Promise<void>
}

/**
 * What every store takes first: Kysely for ordinary queries, and a short way for those of the hot path, which are
 * compiled once (`prepare`). A handle either reads committed data or stands inside one write transaction.
 */
export class Handle extends Kysely<Tables> {
  readonly dialect: DialectName
  readonly runner: StatementRunner
  /** Where asking for the settings version costs a way over the network. */
  readonly settings: SettingsMemory | undefined

  constructor(
    name: DialectName,
    dialect: Dialect,
    runner: StatementRunner,
    { settings, plugins = [] }: { settings?: SettingsMemory; plugins?: KyselyPlugin[] } = {},
  ) {
    super({ dialect, plugins })
    this.dialect = name
    this.runner = runner
    this.settings = settings
  }
}

/** A query that is built and compiled at its first use and from then on only bound. Always await what it answers. */
export interface PreparedQuery<P extends Parameters, R> {
  all(handle: Handle, values: P): Promise<R[]> | R[]
  first(handle: Handle, values: P): Promise<R | undefined> | R | undefined
}

/**
 * Makes a prepared query: `prepare<{ id: string }>()((db, place) => db.selectFrom('readers').where('id', '=', place.id)...)`.
 * `place` has the types of the values, so that Kysely checks them against the columns. Compiling on every call
 * costs most of the throughput.
 */
export function prepare<P extends Parameters>() {
  return <R>(build: (db: Kysely<Tables>, place: P) => Compilable<R>): PreparedQuery<P, R> => {
    const known: { [Name in DialectName]?: CompiledStatement } = {}
    const places = new Proxy({}, { get: (_, name) => new Place(String(name)) }) as P

    // Not async: SQLite answers at once, and a promise for each statement of a handoff costs more than binding it.
    function all(handle: Handle, values: P): Promise<R[]> | R[] {
      let compiled = known[handle.dialect]
      if (compiled === undefined) {
        const query = build(handle, places).compile()
        compiled = { sql: query.sql, places: query.parameters }
        known[handle.dialect] = compiled
      }
      const bound = new Array<unknown>(compiled.places.length)
      for (let index = 0; index < bound.length; index++) {
        const place = compiled.places[index]
        bound[index] = place instanceof Place ? values[place.name] : place
      }
      return handle.runner.all(compiled.sql, bound) as Promise<R[]> | R[]
    }

    function first(handle: Handle, values: P): Promise<R | undefined> | R | undefined {
      const rows = all(handle, values)
      return Array.isArray(rows) ? rows[0] : rows.then(([row]) => row)
    }

    return { all, first }
  }
}
