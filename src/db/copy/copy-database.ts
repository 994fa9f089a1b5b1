// Moves an installation from one database into another, between SQLite and PostgreSQL. Tables are copied in the order
// of their keys, a batch in a transaction; so what the target has of a table is its beginning, and a copy that was
// interrupted goes on behind it. At the end both sides are read whole and compared.
import { existsSync } from 'node:fs'
import { AppError } from '../../errors.ts'
import { isPostgresUrl } from '../../platform/database-url.ts'
import { openDatabase } from '../database.ts'
import { migrate } from '../migrate.ts'
import { checksumTable, keyPositions } from './compare-tables.ts'
import type { CopyEnd, Values } from './copy-end.ts'
import { openPostgresEnd, whyNot } from './postgres-end.ts'
import { openSqliteEnd, type SqliteEnd } from './sqlite-end.ts'
import type { TableLayout } from './table-layout.ts'
import { identifySource, lookAtTarget, markFinished, markUnfinished, type TargetState } from './unfinished.ts'

export interface CopyProgress {
  readonly doing: 'copying' | 'comparing'
  readonly table: string
  /** Rows of all tables. */
  readonly done: number
  readonly total: number
}

export interface CopyOptions {
  /** Paths of SQLite files or URLs of PostgreSQL servers; one of each. */
  readonly from: string
  readonly to: string
  /** Empties an unfinished copy of the same source before it begins. */
  readonly startOver?: boolean
  readonly now: number
  /** What it returns is waited for. */
  readonly tell?: (progress: CopyProgress) => unknown
  readonly batch?: number
}

export interface CopiedTable {
  readonly table: string
  readonly rows: number
  readonly checksum: string
}

export interface Copied {
  readonly from: string
  readonly to: string
  /** Whether it went on where another had stopped. */
  readonly resumed: boolean
  readonly tables: readonly CopiedTable[]
}

const BATCH = 1_000

/**
 * Copies everything and compares. The source is only read; no server may have it open meanwhile.
 * @throws AppError with a sentence for the operator; `conflict` where a server runs, the target holds something, or
 * both sides are not the same in the end.
 */
export async function copyDatabase(options: CopyOptions): Promise<Copied> {
  const { from, to, startOver = false, now, tell = () => {}, batch = BATCH } = options
  if (isPostgresUrl(from) === isPostgresUrl(to)) {
    throw new AppError(
      'invalid_request',
      'One side is a SQLite file and the other a PostgreSQL URL. Between two of a kind use pg_dump, or copy the file while nothing runs.',
    )
  }
  const source = await openEnd(from)
  try {
    const identity = await identifySource(source)
    const { target, state } = await prepareTarget(to, source, identity, now)
    try {
      const layouts = layoutsOf(source, target)
      if (state === 'unfinished' && startOver) await target.run(emptying(layouts))
      const total = await countAll(source, layouts)
      await copyTables({ source, target, layouts, batch, total, tell })
      const tables = await compare({ source, target, layouts, batch, total, tell })
      await target.run([markFinished])
      return { from: source.name, to: target.name, resumed: state === 'unfinished' && !startOver, tables }
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

interface Work {
  readonly source: CopyEnd
  readonly target: CopyEnd
  readonly layouts: readonly TableLayout[]
  readonly batch: number
  readonly total: number
  readonly tell: (progress: CopyProgress) => unknown
}

function openEnd(location: string): CopyEnd | Promise<CopyEnd> {
  return isPostgresUrl(location) ? openPostgresEnd(location) : openSqliteEnd(location)
}

function isFile(end: CopyEnd): end is SqliteEnd {
  return 'layouts' in end
}

function layoutsOf(...ends: CopyEnd[]): TableLayout[] {
  return ends.find(isFile)!.layouts()
}

/** Looks before it changes anything, makes the tables, and looks again with the lock that it then keeps. */
async function prepareTarget(
  location: string,
  source: CopyEnd,
  identity: string,
  now: number,
): Promise<{ target: CopyEnd; state: TargetState }> {
  if ((await lookAt(location, source, identity)) === 'fresh') {
    const database = openDatabase(location)
    try {
      await migrate(database, now)
    } catch (error) {
      throw isPostgresUrl(location) ? whyNot(database.name, error) : error
    } finally {
      await database.close()
    }
  }
  const target = await openEnd(location)
  try {
    const state = await lookAtTarget(target, identity, layoutsOf(source, target))
    if (state === 'fresh') await target.run(markUnfinished(identity, now))
    return { target, state }
  } catch (error) {
    await target.close()
    throw error
  }
}

async function lookAt(location: string, source: CopyEnd, identity: string): Promise<TargetState> {
  if (!isPostgresUrl(location) && !existsSync(location)) return 'fresh'
  const target = await openEnd(location)
  try {
    return await lookAtTarget(target, identity, layoutsOf(source, target))
  } finally {
    await target.close()
  }
}

/** Those that refer to others first. */
function emptying(layouts: readonly TableLayout[]): string[] {
  return layouts.map(({ table }) => `DELETE FROM "${table}"`).reverse()
}

async function countAll(source: CopyEnd, layouts: readonly TableLayout[]): Promise<number> {
  let total = 0
  for (const { table } of layouts) total += await source.count(table)
  return total
}

async function copyTables({ source, target, layouts, batch, total, tell }: Work): Promise<void> {
  let done = 0
  for (const layout of layouts) {
    const { table } = layout
    const keyAt = keyPositions(layout)
    let after: Values | undefined = await target.lastKey(layout)
    if (after !== undefined) done += await target.count(table)
    for (;;) {
      const page = await source.page(layout, after, batch)
      if (page.length === 0) break
      await target.insert(layout, page)
      after = keyAt.map(position => page.at(-1)![position]!)
      done += page.length
      await tell({ doing: 'copying', table, done, total })
      if (page.length < batch) break
    }
  }
}

async function compare({ source, target, layouts, batch, total, tell }: Work): Promise<CopiedTable[]> {
  const tables: CopiedTable[] = []
  const different: string[] = []
  let done = 0
  for (const layout of layouts) {
    const { table } = layout
    const [there, here] = await Promise.all([
      checksumTable(target, layout, batch),
      checksumTable(source, layout, batch, rows => {
        done += rows
        tell({ doing: 'comparing', table, done, total })
      }),
    ])
    if (there.rows !== here.rows) different.push(`${table} (${here.rows} rows, ${there.rows} in the copy)`)
    else if (there.checksum !== here.checksum) different.push(`${table} (other content in ${here.rows} rows)`)
    tables.push({ table, ...here })
  }
  if (different.length === 0) return tables
  throw new AppError(
    'conflict',
    `The copy is not the same as its source: ${different.join(', ')}. One of them was changed since the copy began; ` +
      'no Gatepass starts on the copy. Run the same command with --start-over.',
  )
}
