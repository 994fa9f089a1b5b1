import { createHash } from 'node:crypto'
import type { CopyEnd, Values } from './copy-end.ts'
import { storable } from './postgres-end.ts'
import type { TableLayout } from './table-layout.ts'

export interface Checked {
  readonly rows: number
  /** SHA-256 over all rows in the order of their keys, as hex. */
  readonly checksum: string
}

/** Reads a whole table; the same rows give the same checksum in every database. */
export async function checksumTable(
  end: CopyEnd,
  layout: TableLayout,
  batch: number,
  read: (rows: number) => void = () => {},
): Promise<Checked> {
  const digest = createHash('sha256')
  const keyAt = keyPositions(layout)
  let rows = 0
  let after: Values | undefined
  for (;;) {
    const page = await end.page(layout, after, batch)
    for (const row of page) digest.update(spell(row))
    rows += page.length
    read(page.length)
    if (page.length < batch) return { rows, checksum: digest.digest('hex') }
    after = keyAt.map(position => page.at(-1)![position]!)
  }
}

export function keyPositions({ columns, key }: TableLayout): number[] {
  return key.map(name => columns.findIndex(column => column.name === name))
}

/** One line for each row; bytes are in a list, which sets them apart from text. */
function spell(row: Values): string {
  const cells = row.map(value =>
    value instanceof Uint8Array ? [Buffer.from(value).toString('base64')] : storable(value),
  )
  return `${JSON.stringify(cells)}\n`
}
