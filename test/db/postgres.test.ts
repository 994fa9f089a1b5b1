// PostgreSQL in the ordinary test run: the same handoff, migrations and refusals, on a server of this file's own.
// `npm run test:postgres` runs the suites on it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import t, { type Test } from 'tap'
import { migrations } from '../../migrations/index.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { migrate, migrationStatus } from '../../src/db/migrate.ts'
import { SETTINGS_AGE } from '../../src/db/settings-memory.ts'
import { moveSettingsVersion, settingsVersion } from '../../src/db/settings-version.ts'
import { copyTemplate, createDatabase, prepareTemplate, startPostgres } from '../postgres.ts'
import { ada, cookieOf, startApp, type TestApp } from '../start-app.ts'

const server = await startPostgres()
await prepareTemplate(server.url)
t.teardown(() => server.stop())

const secret = 'a-secret-for-tests-of-32-characters'

async function start(t: Test, url?: string): Promise<TestApp> {
  return await startApp(t, {
    DATABASE_URL: url ?? (await copyTemplate(server.url)),
    GATEPASS_SECRET: secret,
  })
}

/** A connection of the test's own, to hold a lock or to break others. */
async function connect(t: Test, url: string): Promise<pg.Client> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  t.teardown(() => client.end().catch(() => {}))
  return client
}

function open(t: Test, url: string, options = {}): Database {
  const database = openDatabase(url, options)
  t.teardown(() => database.close())
  return database
}

const group = (database: Database, id: string) =>
  database.write(async tx => {
    await tx.insertInto('guess_counters').values({ key: id, count: 1, ends_at: 1 }).execute()
    return id
  })

const groups = async (database: Database) =>
  (await database.read.selectFrom('guess_counters').select('key').orderBy('key').execute()).map(
    ({ key }) => key,
  )

t.test('works', async t => {
  t.test('a reader is handed over, and signs off', async t => {
    const gatepass = await start(t)
    const acme = await gatepass.project()
    await gatepass.group(acme, 'staff')
    const code = await gatepass.code(acme, { ...ada, groups: ['staff'] })
    const arrived = await gatepass.callback(acme, code)
    t.equal(arrived.statusCode, 302)
    const cookie = cookieOf(arrived, 'gatepass')!
    t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)

    const { access_token: token } = (await gatepass.swap(acme, await gatepass.code(acme))).json()
    t.match((await gatepass.userinfo(token)).json(), { email: ada.emailId })

    t.equal((await gatepass.callback(acme, code)).statusCode, 400, 'a code that was used')
    t.equal((await gatepass.get('http://id.test/readyz')).statusCode, 200)
  })

  t.test('of many who bring one code over two nodes, one comes in', async t => {
    const one = await start(t)
    const two = await start(t, one.config.databaseUrl)
    const acme = await one.project()
    await delay(SETTINGS_AGE)
    const code = await one.code(acme)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => [one, two][index % 2]!.swap(acme, code)),
    )
    t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1)
    t.equal(await one.count('sessions'), 1)
  })

  t.test('nodes that start at once on an empty database agree: each migration runs once', async t => {
    const url = await createDatabase(server.url)
    const nodes = Array.from({ length: 4 }, () => open(t, url))
    const applied = await Promise.all(nodes.map(node => migrate(node, 1000)))
    t.same(
      applied.flat(),
      migrations.map(({ version }) => version),
    )
    t.ok((await migrationStatus(nodes[0]!)).every(({ appliedAt }) => appliedAt === 1000))
  })

  t.test('the tables are those of SQLite, column by column, and text is ordered by its bytes', async t => {
    const database = open(t, await copyTemplate(server.url))
    const folder = mkdtempSync(join(tmpdir(), 'gatepass-same-'))
    const file = openDatabase(join(folder, 'gatepass.db'))
    await migrate(file, 0)
    const sqlite = new Sqlite(join(folder, 'gatepass.db'))
    t.teardown(async () => {
      sqlite.close()
      await file.close()
      rmSync(folder, { recursive: true })
    })
    const types: Record<string, string> = { INTEGER: 'bigint', TEXT: 'text', BLOB: 'bytea' }
    const ofFile = sqlite
      .prepare(
        `SELECT m.name AS "table", c.name AS "column", c.type, c."notnull" = 1 OR c.pk > 0 AS needed FROM sqlite_schema m
         JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name <> 'schema_migrations'`,
      )
      .all() as { table: string; column: string; type: string; needed: number }[]
    const ofServer = (await database.read.runner.all(
      `SELECT table_name AS "table", column_name AS "column", data_type AS type, is_nullable = 'NO' AS needed, collation_name
       FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations'`,
      [],
    )) as { table: string; column: string; type: string; needed: boolean; collation_name: string | null }[]
    t.ok(ofFile.length > 200)
    t.same(
      ofServer.map(({ table, column, type, needed }) => `${table}.${column} ${type} ${needed}`).sort(),
      ofFile
        .map(({ table, column, type, needed }) => `${table}.${column} ${types[type]} ${needed === 1}`)
        .sort(),
    )
    t.same(
      ofServer.filter(({ type, collation_name }) => type === 'text' && collation_name !== 'C'),
      [],
    )

    const indexes = sqlite
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL`)
      .pluck()
      .all()
    const known = await database.read.runner.all(
      `SELECT indexname AS name FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey'`,
      [],
    )
    t.same(known.map(row => (row as { name: string }).name).sort(), indexes.sort())
  })

  t.test('a change of settings holds at once on the node that made it, and soon on the others', async t => {
    const one = await start(t)
    const two = await start(t, one.config.databaseUrl)
    const acme = await one.project()
    const before = performance.now()
    t.equal((await one.push(acme)).statusCode, 200, 'where the project was made')
    while ((await two.push(acme)).statusCode !== 200) {
      if (performance.now() - before > 5_000) throw new Error('the other node never heard of it')
      await delay(20)
    }
    t.ok(performance.now() - before < 3_000)
  })

  t.test('requests at once share one question for the settings version', async t => {
    const url = await copyTemplate(server.url)
    const [database, other] = [open(t, url), open(t, url)]
    const [version] = await Promise.all([settingsVersion(database.read), settingsVersion(database.read)])
    await other.write(moveSettingsVersion)
    t.equal(await settingsVersion(database.read), version, 'not asked again at once')
    await delay(SETTINGS_AGE)
    t.equal(await settingsVersion(database.read), version + 1)
    await database.write(moveSettingsVersion)
    t.equal(await settingsVersion(database.read), version + 2, 'but what was moved here is known here')
  })
})

t.test('refuses', async t => {
  t.test(
    'a server that is not there, or a login that it does not take, with a sentence and no password',
    async t => {
      for (const [url, said] of [
        ['postgres://ada:pass-word@127.0.0.1:1/gatepass', /ECONNREFUSED/],
        [server.url.replace(':test@', ':pass-word@').concat('/postgres'), /password authentication failed/],
        [`${server.url}/nowhere`, /database "nowhere" does not exist/],
      ] as const) {
        const error = await migrate(open(t, url), 0).catch(error => error)
        t.match(
          error.message,
          /^The database postgres:\/\/\w+@127\.0\.0\.1:\d+\/\w+, which DATABASE_URL names,/,
        )
        t.match(error.message, said)
        t.notMatch(error.message, /pass-word/)
      }
    },
  )

  t.test('to write over a connection that reads', async t => {
    const database = open(t, await copyTemplate(server.url))
    await t.rejects(database.read.deleteFrom('projects').execute(), /read-only transaction/)
  })
})

t.test('resists', async t => {
  t.test('one failing write is taken back and answered alone; its neighbours are written', async t => {
    const database = open(t, await copyTemplate(server.url))
    const settled = await Promise.allSettled([
      group(database, 'a'),
      database.write(async () => {
        throw new Error('mine alone')
      }),
      group(database, 'b'),
      group(database, 'a'),
      database.write(async tx => {
        await tx.insertInto('guess_counters').values({ key: 'half', count: 1, ends_at: 1 }).execute()
        throw new Error('half done')
      }),
      database.write(async tx => {
        // Passes its failure over, after which the server keeps nothing of the transaction.
        await tx
          .insertInto('guess_counters')
          .values({ key: 'b', count: 1, ends_at: 1 })
          .execute()
          .catch(() => {})
      }),
      group(database, 'c'),
    ])
    t.same(
      settled.map(({ status }) => status === 'fulfilled'),
      [true, false, true, false, false, false, true],
    )
    t.match(settled[1], { reason: { message: 'mine alone' } })
    t.match(settled[3], { reason: { code: '23505' } })
    t.match(settled[5], { reason: /passed over/ })
    t.same(await groups(database), ['a', 'b', 'c'])
  })

  t.test(
    'connections that are cut: reads go on, writes are refused or kept, and nothing needs a restart',
    async t => {
      const gatepass = await start(t)
      const acme = await gatepass.project()
      const cookie = await gatepass.signIn(acme)
      const killer = await connect(t, `${server.url}/postgres`)
      const database = new URL(gatepass.config.databaseUrl).pathname.slice(1)
      for (let round = 0; round < 3; round++) {
        await killer.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
          database,
        ])
        t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
        t.equal((await gatepass.push(acme)).statusCode, 200, 'idle connections are made anew unnoticed')
      }
    },
  )

  t.test(
    'a connection that is cut in the middle of a transaction: 503, nothing written, and the next is fine',
    async t => {
      const database = open(t, await copyTemplate(server.url))
      const cut = async () => {
        const killer = await connect(t, `${server.url}/postgres`)
        await killer.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND state = 'idle in transaction'`,
          [database.name.split('/').at(-1)],
        )
      }
      await t.rejects(
        database.write(async tx => {
          await tx.insertInto('guess_counters').values({ key: 'lost', count: 1, ends_at: 1 }).execute()
          await cut()
          await tx.selectFrom('guess_counters').selectAll().execute()
        }),
        { code: 'temporarily_unavailable', retryAfter: 5, message: /nothing was changed/ },
      )
      await group(database, 'kept')
      t.same(await groups(database), ['kept'])
    },
  )

  t.test('a COMMIT whose answer never comes is told to be unknown, and never to have passed', async t => {
    const url = await copyTemplate(server.url)
    const admin = await connect(t, url)
    // A deferred trigger runs inside COMMIT, and so is where a connection can be cut in it.
    await admin.query(`CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$`)
    await admin.query(`CREATE CONSTRAINT TRIGGER cut AFTER INSERT ON guess_counters DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW WHEN (NEW.key = 'cut') EXECUTE FUNCTION cut()`)
    const database = open(t, url)
    const runs = { count: 0 }
    const told = await database
      .write(async tx => {
        runs.count++
        await tx.insertInto('guess_counters').values({ key: 'cut', count: 1, ends_at: 1 }).execute()
      })
      .catch(error => error)
    t.match(told, { code: 'temporarily_unavailable', retryAfter: 5 })
    t.match(told.message, /is not known/)
    t.equal(runs.count, 1, 'and is not tried again')
    await group(database, 'after')
  })

  t.test('a conflict that the server settles by taking one transaction back: it runs again', async t => {
    const url = await copyTemplate(server.url)
    const database = open(t, url)
    await group(database, 'a')
    let runs = 0
    await database.write(async tx => {
      runs++
      if (runs === 1)
        await tx.runner.all(`DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$`, [])
      await tx.insertInto('guess_counters').values({ key: 'b', count: 1, ends_at: 1 }).execute()
    })
    t.equal(runs, 2)
    t.same(await groups(database), ['a', 'b'])
  })

  t.test('another node in the middle of a transaction is waited for, and not for ever', async t => {
    const url = await copyTemplate(server.url)
    const [one, two] = [open(t, url, { lockPatience: 300 }), open(t, url, { lockPatience: 300 })]
    const gate = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const slow = one.write(async tx => {
      begun.resolve()
      await gate.promise
      await tx.insertInto('guess_counters').values({ key: 'slow', count: 1, ends_at: 1 }).execute()
    })
    await begun.promise
    await t.rejects(group(two, 'refused'), { code: 'temporarily_unavailable', retryAfter: 5 })
    const waiting = group(two, 'waited')
    gate.resolve()
    await Promise.all([slow, waiting])
    t.same(await groups(two), ['slow', 'waited'])
  })

  t.test('a table that a newer node has changed: what is kept prepared is made anew', async t => {
    const gatepass = await start(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    const admin = await connect(t, gatepass.config.databaseUrl)
    for (const table of ['readers', 'codes', 'sessions'])
      await admin.query(`ALTER TABLE ${table} ADD COLUMN newer text`)
    t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
    t.ok(await gatepass.signIn(acme))
  })

  t.test('a server that is stopped: 503 with Retry-After, and when it is back so are we', async t => {
    const gatepass = await start(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    const code = await gatepass.code(acme)
    await server.interrupt(async () => {
      // What is known of the settings is good for a moment more.
      await delay(SETTINGS_AGE)
      for (const refused of await Promise.all([
        gatepass.push(acme),
        gatepass.callback(acme, code),
        gatepass.swap(acme, code),
        gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie }),
        gatepass.get('http://id.test/readyz'),
        // Needs no query of its own, but what it says may be outdated.
        gatepass.get('http://id.test/.well-known/openid-configuration'),
      ])) {
        t.equal(refused.statusCode, 503)
        t.equal(refused.headers['retry-after'], '5')
        t.notMatch(refused.body, /ECONNREFUSED|127\.0\.0\.1|postgres/, 'what is wrong inside stays inside')
      }
    })
    await delay(SETTINGS_AGE)
    t.equal((await gatepass.get('http://id.test/readyz')).statusCode, 200)
    t.equal((await gatepass.callback(acme, code)).statusCode, 302, 'the code is unspent')
    t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
  })
})
