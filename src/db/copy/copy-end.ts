// One side of a copy, whichever database it is: rows as plain values in the order of their keys, both ways.
import type { TableLayout } from './table-layout.ts'

export type Value = string | number | Uint8Array | null
export type Values = readonly Value[]

/** A database that nobody else writes to until it is closed. */
export interface CopyEnd {
  /** As people may see it. */
  readonly name: string
  /** Names of the tables that are there. */
  tables(): Promise<Set<string>>
  /** Up to `limit` rows behind the key `after`, in the order of the key, with values in the order of `layout.columns`. */
  page(layout: TableLayout, after: Values | undefined, limit: number): Promise<Values[]>
  count(table: string): Promise<number>
  /** The values of the last row's key; undefined where there is no row. */
  lastKey(layout: TableLayout): Promise<Values | undefined>
  /** Adds rows in one transaction. */
  insert(layout: TableLayout, rows: readonly Values[]): Promise<void>
  /** Runs statements, without values, in one durable transaction. */
  run(statements: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** Names of tables and columns are ours; `authorization` is also a word of PostgreSQL's. */
export function quoted(names: readonly string[]): string {
  return names.map(name => `"${name}"`).join(', ')
}

/** Places for the values of a page's start: `$1, $2` or `?, ?`. */
export function selectPage({ table, columns, key }: TableLayout, after: string, limit: number): string {
  const names = columns.map(({ name }) => name)
  const behind = after && ` WHERE (${quoted(key)}) > (${after})`
  return `SELECT ${quoted(names)} FROM "${table}"${behind} ORDER BY ${quoted(key)} LIMIT ${limit}`
}

export function selectLastKey({ table, key }: TableLayout): string {
  const backwards = key.map(name => `"${name}" DESC`).join(', ')
  return `SELECT ${quoted(key)} FROM "${table}" ORDER BY ${backwards} LIMIT 1`
}
