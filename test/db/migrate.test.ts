import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { migrations } from '../../migrations/index.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { migrate, migrationStatus } from '../../src/db/migrate.ts'

function emptyFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-migrate-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  return folder
}

function open(t: Test, folder: string): Database {
  const database = openDatabase(join(folder, 'some/where/gatepass.db'))
  t.teardown(() => database.close())
  return database
}

const all = migrations.map(migration => migration.version)

t.test('works', async t => {
  t.test('a new file gets every migration in order, once', async t => {
    const database = open(t, emptyFolder(t))
    t.same(
      (await migrationStatus(database)).map(status => status.appliedAt),
      all.map(() => null),
    )
    t.same(await migrate(database, 1000), all)
    t.same(await migrate(database, 2000), [])
    t.ok((await migrationStatus(database)).every(status => status.appliedAt === 1000))
  })

  t.test('processes that start at once agree: each migration runs once', async t => {
    const folder = emptyFolder(t)
    const databases = [open(t, folder), open(t, folder), open(t, folder)]
    const applied = await Promise.all(databases.map(database => migrate(database, 1000)))
    t.same(applied.flat(), all)
  })

  t.test('the file is opened so that what is acknowledged is durable', async t => {
    const database = open(t, emptyFolder(t))
    const pragma = async (name: string) =>
      Object.values((await database.write(async tx => tx.runner.all(`PRAGMA ${name}`, [])))[0] as object)[0]
    t.equal(await pragma('journal_mode'), 'wal')
    t.equal(await pragma('synchronous'), 2)
    t.equal(await pragma('foreign_keys'), 1)
    t.ok(Number(await pragma('busy_timeout')) > 0)
  })

  t.test('the reading connection cannot write', async t => {
    const database = open(t, emptyFolder(t))
    await migrate(database, 1000)
    await t.rejects(database.read.deleteFrom('projects').execute(), /readonly/)
  })
})

t.test('refuses', async t => {
  t.test('a database of a newer Gatepass, with a clear sentence, and leaves it as it was', async t => {
    const database = open(t, emptyFolder(t))
    await migrate(database, 1000)
    await database.write(tx =>
      tx.insertInto('schema_migrations').values({ version: 999, name: 'future', applied_at: 1000 }).execute(),
    )
    const sentence =
      /at version 999 .* knows versions up to \d+: it was written by a newer Gatepass\. Start that version/
    await t.rejects(migrate(database, 2000), sentence)
    await t.rejects(migrationStatus(database), sentence)
  })

  t.test('a file that is no database', async t => {
    const file = join(emptyFolder(t), 'gatepass.db')
    writeFileSync(file, 'these are not the pages you are looking for '.repeat(100))
    t.throws(() => openDatabase(file), /not a database/)
  })
})
