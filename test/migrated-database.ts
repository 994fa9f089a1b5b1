// Migrating a fresh database takes longer than most tests: it is done once per process, and each test gets a copy.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../src/db/database.ts'
import { migrate } from '../src/db/migrate.ts'
import { TestClock } from './test-clock.ts'

let made: Promise<Buffer> | undefined

/** Writes `file`: a database as `migrate` leaves a new one at the moment at which every TestClock begins. */
export async function writeMigratedDatabase(file: string): Promise<void> {
  made ??= migratedBytes()
  writeFileSync(file, await made)
}

async function migratedBytes(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-migrated-'))
  const file = join(folder, 'gatepass.db')
  const database = openDatabase(file)
  await migrate(database, new TestClock().now())
  // Closing brings everything from the write-ahead log into the file.
  await database.close()
  const bytes = readFileSync(file)
  rmSync(folder, { recursive: true })
  return bytes
}
