// Whether a copy may go into a database, and the mark that it carries until its copy is complete. The mark is a
// migration that no version knows: whatever Gatepass is started on half a copy refuses to.
import { migrations } from '../../../migrations/index.ts'
import { AppError } from '../../errors.ts'
import { sha256 } from '../../platform/hashing.ts'
import { UNFINISHED_COPY } from '../migrate.ts'
import type { CopyEnd, Values } from './copy-end.ts'
import type { TableLayout } from './table-layout.ts'

export type TargetState = 'fresh' | 'unfinished'

const ran: TableLayout = {
  table: 'schema_migrations',
  columns: [
    { name: 'version', type: 'INTEGER' },
    { name: 'name', type: 'TEXT' },
    { name: 'applied_at', type: 'INTEGER' },
  ],
  key: ['version'],
}

/**
 * Checks that a source can be copied by this version.
 * @returns what tells its installation from others: when its migrations ran, to the millisecond, as 32 hex digits.
 */
export async function identifySource(source: CopyEnd): Promise<string> {
  const applied = await migrationsOf(source)
  if (applied.length === 0) {
    throw new AppError(
      'invalid_request',
      `${source.name} is no database of Gatepass: it has no tables of it.`,
    )
  }
  if (applied.some(isMark)) {
    throw new AppError('conflict', `${source.name} is itself an unfinished copy.`)
  }
  expectKnown(source, applied)
  return sha256(JSON.stringify(applied)).toString('hex').slice(0, 32)
}

/** @throws AppError `conflict` where the target holds an installation, or the unfinished copy of another. */
export async function lookAtTarget(
  target: CopyEnd,
  identity: string,
  layouts: readonly TableLayout[],
): Promise<TargetState> {
  const applied = await migrationsOf(target)
  const mark = applied.find(isMark)
  if (mark === undefined) {
    await expectEmpty(target, layouts)
    return 'fresh'
  }
  if (mark[1] !== markOf(identity)) {
    throw new AppError(
      'conflict',
      `${target.name} holds the unfinished copy of another database: empty it first.`,
    )
  }
  expectKnown(
    target,
    applied.filter(each => !isMark(each)),
  )
  return 'unfinished'
}

/** Statements that make an empty, migrated database an unfinished copy. */
export function markUnfinished(identity: string, now: number): string[] {
  return [
    `INSERT INTO schema_migrations (version, name, applied_at) VALUES (${UNFINISHED_COPY}, '${markOf(identity)}', ${now})`,
    // The one row that migrations write; the source has its own.
    'DELETE FROM settings_version',
  ]
}

export const markFinished = `DELETE FROM schema_migrations WHERE version = ${UNFINISHED_COPY}`

function markOf(identity: string): string {
  return `unfinished copy of ${identity}`
}

function isMark([version]: Values): boolean {
  return version === UNFINISHED_COPY
}

async function migrationsOf(end: CopyEnd): Promise<Values[]> {
  return (await end.tables()).has(ran.table) ? await end.page(ran, undefined, 1000) : []
}

function expectKnown({ name }: CopyEnd, applied: readonly Values[]): void {
  const known = migrations.at(-1)!.version
  const newest = Number(applied.at(-1)?.[0])
  if (newest > known) {
    throw new AppError(
      'conflict',
      `${name} is at version ${newest} and this Gatepass knows versions up to ${known}: copy with the newer Gatepass.`,
    )
  }
  if (newest < known) {
    throw new AppError(
      'conflict',
      `${name} is at version ${newest} and this Gatepass at ${known}: run "gatepass db migrate" on it first, or copy with the version that it belongs to.`,
    )
  }
}

async function expectEmpty(target: CopyEnd, layouts: readonly TableLayout[]): Promise<void> {
  const there = await target.tables()
  const found: string[] = []
  for (const { table } of layouts) {
    // Migrations write its one row.
    if (!there.has(table) || table === 'settings_version') continue
    const count = await target.count(table)
    if (count > 0) found.push(`${count} in ${table}`)
  }
  if (found.length === 0) return
  throw new AppError(
    'conflict',
    `${target.name} is not empty (${found.join(', ')}): a copy needs a database of its own, and this one is left as it is.`,
  )
}
