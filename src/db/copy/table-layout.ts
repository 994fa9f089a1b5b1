// What a copy has to know of the tables, read from the SQLite side: migrations make the same on both.
import type Sqlite from 'better-sqlite3'

export type ColumnType = 'INTEGER' | 'TEXT' | 'BLOB'

export interface TableLayout {
  readonly table: string
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[]
  /** Names of the columns of the primary key, in its order. */
  readonly key: readonly string[]
}

/** Which migrations ran is a fact of each database, and is not copied. */
const OWN = 'schema_migrations'

/** All tables with rows to copy, those that others refer to before those that refer to them. */
export function readLayouts(file: Sqlite.Database): TableLayout[] {
  const names = file
    .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`)
    .pluck()
    .all() as string[]
  const ordered: string[] = []
  const visit = (name: string): void => {
    if (ordered.includes(name)) return
    const parents = file.pragma(`foreign_key_list("${name}")`) as { table: string }[]
    for (const { table } of parents) if (table !== name) visit(table)
    ordered.push(name)
  }
  for (const name of names) if (name !== OWN) visit(name)
  return ordered.map(table => readLayout(file, table))
}

function readLayout(file: Sqlite.Database, table: string): TableLayout {
  const columns = file.pragma(`table_info("${table}")`) as { name: string; type: ColumnType; pk: number }[]
  return {
    table,
    columns: columns.map(({ name, type }) => ({ name, type })),
    key: columns
      .filter(({ pk }) => pk > 0)
      .sort((a, b) => a.pk - b.pk)
      .map(({ name }) => name),
  }
}
