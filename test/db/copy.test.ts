// gatepass db copy: an installation moves from a file to a PostgreSQL server and back, and goes on there.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import t, { type Test } from 'tap'
import { type CopyOptions, copyDatabase } from '../../src/db/copy/copy-database.ts'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { runHere } from '../cli/run-here.ts'
import { createDatabase, startPostgres } from '../postgres.ts'
import { ada, startApp, type TestApp } from '../start-app.ts'
import { cleanEnv } from '../start-process.ts'

const server = await startPostgres()
t.teardown(() => server.stop())

const secret = 'a-secret-for-tests-of-32-characters'

/** An app on a file of its own. */
async function onFile(t: Test, file: string): Promise<TestApp> {
  return await startApp(t, { DATABASE_URL: file, GATEPASS_SECRET: secret })
}

async function stop(gatepass: TestApp): Promise<void> {
  await gatepass.app.close()
  await gatepass.database.close()
}

function newFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-copy-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A migrated file with so many guess counters, which have no other use here than to be many. */
async function fileWithRows(t: Test, rows: number): Promise<string> {
  const file = join(newFolder(t), 'gatepass.db')
  const database = openDatabase(file)
  await migrate(database, Date.now())
  await database.close()
  change(file, db => {
    const insert = db.prepare('INSERT INTO guess_counters VALUES (?, ?, ?)')
    db.transaction(() => {
      for (let row = 0; row < rows; row++) insert.run(`key ${randomBytes(4).toString('hex')} ${row}`, row, 1)
    })()
  })
  return file
}

function change(file: string, work: (db: Sqlite.Database) => void): void {
  const db = new Sqlite(file)
  work(db)
  db.close()
}

async function ask(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    return await client.query(statement)
  } finally {
    await client.end()
  }
}

const copy = (from: string, to: string, more: Partial<CopyOptions> = {}) =>
  copyDatabase({ from, to, now: 1, ...more })

/** Stops a copy once so many rows were copied. */
const stopAfter = (rows: number): Partial<CopyOptions> => ({
  batch: 100,
  tell({ doing, done }) {
    if (doing === 'copying' && done >= rows) throw new Error('interrupted')
  },
})

t.test('works', async t => {
  t.test('sessions, secrets and tokens of before hold after it, there and back again', async t => {
    const folder = newFolder(t)
    const before = await onFile(t, join(folder, 'gatepass.db'))
    const acme = await before.project()
    await before.group(acme, 'staff')
    const cookie = await before.signIn(acme, { ...ada, groups: ['staff'] })
    const code = await before.code(acme)
    const { access_token: token } = (await before.swap(acme, await before.code(acme))).json()
    await stop(before)
    change(before.config.databaseUrl, db => db.exec(`UPDATE readers SET last_name = 'Love' || char(0)`))

    const to = await createDatabase(server.url)
    const { code: exit, stdout } = await runHere(
      t,
      ...['db', 'copy', '--from', before.config.databaseUrl, '--to', to],
    )
    t.equal(exit, 0)
    t.match(stdout, /^projects +1 +[0-9a-f]{16} +the same$/m)
    t.match(stdout, /GATEPASS_SECRET/)
    t.notMatch(stdout, /:test@/, 'the password is not shown')

    const after = await startApp(t, { DATABASE_URL: to, GATEPASS_SECRET: secret })
    after.clock.advance(1000)
    t.equal((await after.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
    t.match((await after.userinfo(token)).json(), { email: ada.emailId })
    t.equal((await after.callback(acme, code)).statusCode, 302, 'a code of before opens a session')
    t.equal((await after.push(acme)).statusCode, 200, 'with the secret of before')
    await stop(after)

    const back = join(folder, 'back.db')
    const copied = await copy(to, back)
    t.equal(copied.tables.find(({ table }) => table === 'sessions')?.rows, 3)
    const again = await onFile(t, back)
    t.equal((await again.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
    t.equal((await again.callback(acme, code)).statusCode, 400, 'what was used there is used here')
  })

  t.test('--json prints the counts and the checksums', async t => {
    const file = await fileWithRows(t, 3)
    const to = await createDatabase(server.url)
    const { stdout } = await runHere(t, 'db', 'copy', '--from', file, '--to', to, '--json')
    const { tables, ...copied } = JSON.parse(stdout)
    t.match(copied, { from: file, to: /^postgres:/, resumed: false })
    t.ok(tables.length > 25)
    const counters = tables.find(({ table }: { table: string }) => table === 'guess_counters')
    t.match(counters, { rows: 3, checksum: /^[0-9a-f]{64}$/ })
  })
})

t.test('refuses', async t => {
  const refusal = async (from: string, to: string) => {
    const error = await copy(from, to).catch(error => error)
    return String(error.message)
  }

  t.test('as long as a server has the file open', async t => {
    const gatepass = await onFile(t, join(newFolder(t), 'gatepass.db'))
    const to = await createDatabase(server.url)
    t.match(await refusal(gatepass.config.databaseUrl, to), /has .* open: stop the server first/)
    await gatepass.project()
    await stop(gatepass)
    await copy(gatepass.config.databaseUrl, to)
  })

  t.test('as long as a node runs on the target', async t => {
    const to = await createDatabase(server.url)
    const node = openDatabase(to)
    await migrate(node, 1)
    t.match(await refusal(await fileWithRows(t, 1), to), /works on postgres:.*stop it first/)
    await node.close()
  })

  t.test('a target that holds something, and leaves it as it is', async t => {
    const to = await createDatabase(server.url)
    await copy(await fileWithRows(t, 2), to)
    t.match(await refusal(await fileWithRows(t, 1), to), /is not empty \(2 in guess_counters\)/)
    t.equal((await ask(to, 'SELECT * FROM guess_counters')).rowCount, 2)
  })

  t.test('to go on with the copy of another file', async t => {
    const to = await createDatabase(server.url)
    await t.rejects(copy(await fileWithRows(t, 300), to, stopAfter(200)), /interrupted/)
    t.match(await refusal(await fileWithRows(t, 1), to), /unfinished copy of another database/)
  })

  t.test('databases of other versions, and what is none', async t => {
    const to = await createDatabase(server.url)
    const file = await fileWithRows(t, 1)
    change(file, db => db.exec(`INSERT INTO schema_migrations VALUES (99, 'later', 1)`))
    t.match(await refusal(file, to), /is at version 99 .* copy with the newer Gatepass/)
    change(file, db => db.exec('DELETE FROM schema_migrations WHERE version > 5'))
    t.match(await refusal(file, to), /is at version 5 .* run "gatepass db migrate" on it first/)
    change(file, db => db.exec('DROP TABLE schema_migrations'))
    t.match(await refusal(file, to), /is no database of Gatepass/)
    const nothing = join(newFolder(t), 'nothing.db')
    t.match(await refusal(nothing, to), /There is no database/)
    t.notOk(existsSync(nothing), 'and makes none')
    t.equal((await ask(to, `SELECT 1 FROM pg_tables WHERE schemaname = 'public'`)).rowCount, 0)
    t.match(await refusal(file, join(newFolder(t), 'other.db')), /pg_dump/)
  })

  t.test('a server that is not there, a password that is wrong, a user without rights', async t => {
    const file = await fileWithRows(t, 1)
    t.match(await refusal(file, 'postgres://ada:pass-word@127.0.0.1:1/x'), /127\.0\.0\.1:1\/x cannot be used/)
    t.match(
      await refusal(file, server.url.replace(':test@', ':pass-word@').concat('/postgres')),
      /^postgres:\/\/gatepass@[^ ]+ cannot be used: password authentication failed/,
    )
    const to = await createDatabase(server.url)
    await ask(to, `CREATE USER ada PASSWORD 'x'`)
    t.match(
      await refusal(file, to.replace('gatepass:test@', 'ada:x@')),
      /permission denied.* must own the database/,
    )
  })
})

t.test('resists', async t => {
  t.test('kill -9 in the middle: the next goes on behind it, and nothing is there twice', async t => {
    const file = await fileWithRows(t, 40_000)
    const to = await createDatabase(server.url)
    const child = spawn(process.execPath, ['bin/gatepass.js', 'db', 'copy', '--from', file, '--to', to], {
      env: cleanEnv({}),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await firstLine(child)
    child.kill('SIGKILL')
    await once(child, 'close')
    const { rowCount } = await ask(to, 'SELECT key FROM guess_counters')
    t.ok(rowCount! > 0 && rowCount! < 40_000, `${rowCount} rows were there`)

    const node = openDatabase(to)
    await t.rejects(migrate(node, 1), /copy into .* is not finished/, 'no server starts on half a copy')
    await node.close()

    const copied = await copy(file, to)
    t.match(copied, { resumed: true })
    t.equal(copied.tables.find(({ table }) => table === 'guess_counters')?.rows, 40_000)
    const whole = await copy(file, await createDatabase(server.url))
    t.same(copied.tables, whole.tables)
  })

  t.test('a row that was changed, or is gone, or was added in the target is found', async t => {
    const file = await fileWithRows(t, 1_000)
    for (const [statement, said] of [
      [
        'UPDATE guess_counters SET count = count + 1 WHERE key = (SELECT MIN(key) FROM guess_counters)',
        /guess_counters \(other content in 1000 rows\)/,
      ],
      [
        'DELETE FROM guess_counters WHERE key = (SELECT MIN(key) FROM guess_counters)',
        /\(1000 rows, 999 in the copy\)/,
      ],
    ] as const) {
      const to = await createDatabase(server.url)
      await t.rejects(copy(file, to, stopAfter(500)), /interrupted/)
      await ask(to, statement)
      await t.rejects(copy(file, to), { code: 'conflict', message: said })
      t.match(await copy(file, to, { startOver: true }), { resumed: false })
    }
  })

  t.test('a source that went on after the copy was interrupted', async t => {
    const file = await fileWithRows(t, 1_000)
    const to = await createDatabase(server.url)
    await t.rejects(copy(file, to, stopAfter(500)), /interrupted/)
    change(file, db => db.exec('UPDATE guess_counters SET count = count + 1'))
    await t.rejects(copy(file, to), /is not the same as its source/)
    await copy(file, to, { startOver: true })
  })

  t.test('a server that wants to start during the copy', async t => {
    const file = await fileWithRows(t, 1_000)
    const to = await createDatabase(server.url)
    let atSource = ''
    let atTarget = ''
    await copy(file, to, {
      async tell() {
        atSource ||= readAtOnce(file)
        atTarget ||= await startOn(to)
      },
    })
    t.match(atSource, /locked/)
    t.match(atTarget, /cannot be used|not finished/)
  })
})

/** Reads without the patience that a server has. @returns why it could not. */
function readAtOnce(file: string): string {
  const db = new Sqlite(file, { timeout: 0 })
  try {
    return `read ${db.prepare('SELECT version FROM settings_version').get()}`
  } catch (error) {
    return String((error as Error).message)
  } finally {
    db.close()
  }
}

/** @returns why it could not. */
async function startOn(location: string): Promise<string> {
  try {
    const database = openDatabase(location, { lockPatience: 50 })
    await migrate(database, 1).finally(() => database.close())
    return 'started'
  } catch (error) {
    return String((error as Error).message)
  }
}

async function firstLine(child: ChildProcess): Promise<void> {
  await once(child.stderr!, 'data')
}
