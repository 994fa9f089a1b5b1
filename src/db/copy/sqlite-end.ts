import { statSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { AppError } from '../../errors.ts'
import { isBusy } from '../sqlite-failures.ts'
import { type CopyEnd, quoted, selectLastKey, selectPage, type Values } from './copy-end.ts'
import { readLayouts, type TableLayout } from './table-layout.ts'

export interface SqliteEnd extends CopyEnd {
  layouts(): TableLayout[]
}

/**
 * Opens a file that is there, for this process alone: in exclusive mode SQLite refuses as long as another process has
 * it open, and lets none in until it is closed (SQLite's documentation, "Use of WAL without shared memory").
 * @throws AppError `conflict` where a server or a command has it open.
 */
export function openSqliteEnd(file: string): SqliteEnd {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) {
    throw new AppError('not_found', `There is no database ${file}.`)
  }
  const raw = openAlone(file)
  const all = (query: string, values: Values = []) => raw.prepare(query).raw(true).all(values) as Values[]
  return {
    name: file,
    layouts: () => readLayouts(raw),
    async tables() {
      return new Set(all(`SELECT name FROM sqlite_schema WHERE type = 'table'`).map(([name]) => String(name)))
    },
    async page(layout, after, limit) {
      return all(selectPage(layout, after ? after.map(() => '?').join(', ') : '', limit), after)
    },
    count: async table => Number(all(`SELECT COUNT(*) FROM "${table}"`)[0]![0]),
    lastKey: async layout => all(selectLastKey(layout))[0],
    async insert({ table, columns }, rows) {
      const names = quoted(columns.map(({ name }) => name))
      const places = columns.map(() => '?').join(', ')
      const insert = raw.prepare(`INSERT INTO "${table}" (${names}) VALUES (${places})`)
      raw.transaction(() => {
        for (const row of rows) insert.run(row)
      })()
    },
    async run(statements) {
      raw.transaction(() => {
        for (const statement of statements) raw.exec(statement)
      })()
    },
    close: async () => void raw.close(),
  }
}

function openAlone(file: string): Sqlite.Database {
  const raw = new Sqlite(file, { timeout: 1_000 })
  try {
    raw.pragma('locking_mode = EXCLUSIVE')
    raw.pragma('journal_mode = WAL')
    raw.pragma('synchronous = FULL')
    raw.pragma('foreign_keys = 1')
    raw.exec('BEGIN EXCLUSIVE; COMMIT')
    return raw
  } catch (cause) {
    raw.close()
    if (isBusy(cause)) {
      throw new AppError(
        'conflict',
        `Another process has ${file} open: stop the server first, so that nothing is written during the copy.`,
        { cause },
      )
    }
    throw new AppError('invalid_request', `${file} cannot be used: ${(cause as Error).message}.`, { cause })
  }
}
