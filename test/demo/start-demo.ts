// Servers that share a database, with the demo on: what a folder sees over several starts.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import type { Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { type Database, openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { type Demo, openDemo } from '../../src/demo/demo.ts'
import type { Project } from '../../src/projects/project.ts'
import { listProjects } from '../../src/projects/project-store.ts'
import { TestClock } from '../test-clock.ts'

export interface Started {
  readonly demo: Demo | undefined
  readonly app: FastifyInstance
  readonly database: Database
}

export interface Folder {
  readonly clock: TestClock
  /** A start on this folder's database; it listens on a port of its own for the customer application's POST. */
  start(env?: Record<string, string>): Promise<Started>
  projects(): Promise<Project[]>
  /** A database handle that belongs to no start. */
  readonly database: Database
}

export async function newFolder(t: Test): Promise<Folder> {
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-demo-'))
  const file = join(folder, 'gatepass.db')
  const clock = new TestClock()
  const open: (() => Promise<unknown>)[] = []
  const database = openDatabase(file)
  await migrate(database, clock.now())
  t.teardown(async () => {
    for (const close of open.reverse()) await close()
    await database.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    clock,
    database,
    projects: () => listProjects(database.read),
    async start(env = {}) {
      const config = readConfig({ NODE_ENV: 'development', DATABASE_URL: file, ...env })
      const own = openDatabase(config.databaseUrl)
      const demo = await openDemo({ config, database: own, clock })
      const logger = pino({ level: 'silent' })
      const app = await buildApp({ config, database: own, clock, logger, demo })
      await app.listen({ host: '127.0.0.1', port: 0 })
      open.push(
        () => own.close(),
        () => app.close(),
      )
      return { demo, app, database: own }
    },
  }
}

/** Signs in at the customer application and calls its login endpoint. */
export async function useLoginEndpoint({ app, demo }: Started, username: string, query = '') {
  const url = demo!.customerUrl
  const login = await app.inject({
    method: 'POST',
    url: `${url}/login`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ username, password: 'wrench', continueTo: '/' }).toString(),
  })
  const cookie = String(login.headers['set-cookie']).split(';')[0]!
  return await app.inject({ url: `${url}/sso${query}`, headers: { cookie } })
}
