import { type Compilable, type Dialect, Kysely } from 'kysely'
import type { Tables } from './tables.ts'

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
}

/**
 * What every store takes first: Kysely for ordinary queries, and a short way for those of the hot path, which are
 * compiled once (`prepare`). A handle either reads committed data or stands inside one write transaction.
 */
export class Handle extends Kysely<Tables> {
  readonly runner: StatementRunner

  constructor(dialect: Dialect, runner: StatementRunner) {
    super({ dialect })
    this.runner = runner
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
    let compiled: CompiledStatement | undefined
    const places = new Proxy({}, { get: (_, name) => new Place(String(name)) }) as P

    // Not async: SQLite answers at once, and a promise for each statement of a handoff costs more than binding it.
    function all(handle: Handle, values: P): Promise<R[]> | R[] {
      if (compiled === undefined) {
        const query = build(handle, places).compile()
        compiled = { sql: query.sql, places: query.parameters }
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
