// A fresh app for a test: the real wiring on a real database file of its own, and a clock that the test moves.
// Requests go through Fastify's whole stack, told apart by Host as in life; nothing inside is faked.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { type DestinationStream, pino } from 'pino'
import type { Test } from 'tap'
import { type AppOptions, buildApp } from '../src/app.ts'
import { type AttemptStep, findAttempt, listSteps } from '../src/audit/attempts.ts'
import type { Actor } from '../src/audit/audit-log.ts'
import { type Config, readConfig } from '../src/config.ts'
import { type Database, openDatabase } from '../src/db/database.ts'
import type { Tables } from '../src/db/tables.ts'
import { isPostgresUrl } from '../src/platform/database-url.ts'
import { type CreatedProject, createProject, type NewProject } from '../src/projects/create-project.ts'
import type { ReaderGroup } from '../src/projects/project.ts'
import { createGroup } from '../src/projects/reader-groups.ts'
import { databaseOfTest } from './database-of-test.ts'
import { writeMigratedDatabase } from './migrated-database.ts'
import { TestClock } from './test-clock.ts'

export const issuer = 'http://id.test'

/** Credentials as `Authorization: Basic`. */
export function basic(clientId: string, clientSecret: string): string {
  return `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
}

export interface TestProject extends CreatedProject {
  readonly siteUrl: string
  readonly loginUrl: string
}

export interface TestApp {
  readonly app: FastifyInstance
  readonly clock: TestClock
  readonly database: Database
  readonly config: Config
  readonly folder: string
  readonly actor: Actor
  /** What the rules of projects and readers take first. */
  readonly rules: { database: Database; clock: TestClock; issuer: string }
  /** Every line that was logged so far. */
  readonly log: () => string
  /** A project at `http://<slug>.test`, or as the settings say. */
  project(settings?: Partial<NewProject>): Promise<TestProject>
  group(project: TestProject, slug: string, name?: string): Promise<ReaderGroup>
  /** Pushes a reader as a login endpoint does. */
  push(
    project: TestProject,
    payload?: Record<string, unknown>,
    query?: string,
  ): Promise<LightMyRequestResponse>
  /** Sends anything to code generation, as broken and hostile endpoints do; what is left out is as it should be. */
  generate(project: TestProject, request?: RawRequest): Promise<LightMyRequestResponse>
  /** Pushes a reader and returns the code; the test fails where none is made. */
  code(project: TestProject, payload?: Record<string, unknown>): Promise<string>
  /** Brings a code to the site's callback, as a browser does. */
  callback(
    project: TestProject,
    code: string,
    options?: { query?: string; cookie?: string; headers?: Record<string, string> },
  ): Promise<LightMyRequestResponse>
  /** Swaps a code at the token endpoint with the site client. */
  swap(project: TestProject, code: string, more?: Record<string, string>): Promise<LightMyRequestResponse>
  /** Signs a reader in at the site and returns the cookie header of the session. */
  signIn(project: TestProject, payload?: Record<string, unknown>): Promise<string>
  /** Sends any form to the token endpoint. */
  token(
    form: Record<string, string> | string,
    headers?: Record<string, string>,
  ): Promise<LightMyRequestResponse>
  /** Asks userinfo with an access token. */
  userinfo(accessToken: string): Promise<LightMyRequestResponse>
  get(url: string, headers?: Record<string, string>): Promise<LightMyRequestResponse>
  attempt(traceId: string): Promise<AttemptStep[]>
  steps(): Promise<AttemptStep[]>
  /** The step that was written last. */
  lastStep(): Promise<AttemptStep>
  /** How many rows a table has. */
  count(table: keyof Tables): Promise<number>
}

export interface RawRequest {
  readonly body?: string | Buffer
  /** Added to the usual ones; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly path?: string
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'PATCH' | 'HEAD'
  /** The address that the request comes from. */
  readonly from?: string
}

export const ada = { username: 'ada', firstName: 'Ada', lastName: 'Lovelace', emailId: 'ada@example.com' }

/** The `name=value` of the cookie that an answer sets, or undefined. */
export function cookieOf(response: LightMyRequestResponse, name: string): string | undefined {
  const headers = [response.headers['set-cookie'] ?? []].flat()
  return headers.find(header => header.startsWith(`${name}=`))?.split(';')[0]
}

export async function startApp(
  t: Test,
  env: Record<string, string> = {},
  more: Pick<AppOptions, 'outboundPatience'> = {},
): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-test-'))
  const location = await databaseOfTest(folder)
  const clock = new TestClock()
  const config = readConfig({
    NODE_ENV: 'test',
    GATEPASS_URL: issuer,
    DATABASE_URL: location.url,
    ...(location.dialect === 'postgres' && { GATEPASS_SECRET: 'a-secret-for-tests-of-32-characters' }),
    GATEPASS_DEMO: 'off',
    LOG_LEVEL: 'trace',
    ...env,
  })
  let logged = ''
  const sink: DestinationStream = {
    write(line) {
      logged += line
    },
  }
  const isNewFile = !isPostgresUrl(config.databaseUrl) && !existsSync(config.databaseUrl)
  if (isNewFile) await writeMigratedDatabase(config.databaseUrl)
  // Tests that hold the lock wait for it a moment, not five seconds.
  const database = openDatabase(config.databaseUrl, { lockPatience: 1_000 })
  const logger = pino({ level: config.logLevel }, sink)
  const app = await buildApp({ config, database, clock, logger, ...more })
  await app.ready()
  t.teardown(async () => {
    await app.close()
    await database.close()
    await location.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  const actor = { name: 'test', origin: 'test' }
  const deps = { database, clock, issuer: config.issuer }

  const testApp: TestApp = {
    app,
    clock,
    database,
    config,
    folder,
    actor,
    rules: deps,
    log: () => logged,
    async project(settings = {}) {
      const slug = settings.slug ?? 'acme'
      const siteUrl = settings.siteUrl ?? `http://${slug}.test`
      const loginUrl = settings.loginUrl ?? `http://login.${slug}.test/login`
      const created = await createProject(deps, actor, { name: 'Acme', ...settings, slug, siteUrl, loginUrl })
      return { ...created, siteUrl, loginUrl }
    },
    group: (project, slug, name = slug) =>
      createGroup(deps, actor, { slug: project.slug, groupSlug: slug, name }),
    push: (project, payload = {}, query = '') =>
      app.inject({
        method: 'POST',
        url: `${issuer}/jwt/generateCode${query}`,
        headers: {
          authorization: basic(project.clientId, project.clientSecret),
          'content-type': 'application/json',
        },
        payload: JSON.stringify({ ...ada, ...payload }),
      }),
    generate(project, { body, headers, path = '/jwt/generateCode', method = 'POST', from } = {}) {
      const all = {
        authorization: basic(project.clientId, project.clientSecret),
        'content-type': 'application/json',
        ...headers,
      }
      return app.inject({
        method,
        url: issuer + path,
        headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
        ...(method !== 'GET' && method !== 'HEAD' && { payload: body ?? JSON.stringify(ada) }),
        ...(from && { remoteAddress: from }),
      })
    },
    async code(project, payload) {
      const response = await testApp.push(project, payload)
      if (response.statusCode !== 200) throw new Error(`no code: ${response.statusCode} ${response.body}`)
      return response.json().code
    },
    callback: (project, code, { query = '', cookie, headers = {} } = {}) =>
      app.inject({
        url: `${project.siteUrl}/jwt/authorize?code=${encodeURIComponent(code)}${query}`,
        headers: { ...headers, ...(cookie && { cookie }) },
      }),
    swap: (project, code, more = {}) =>
      testApp.token(
        { grant_type: 'authorization_code', code, ...more },
        { authorization: basic(project.siteClientId, project.siteClientSecret) },
      ),
    token: (form, headers = {}) =>
      app.inject({
        method: 'POST',
        url: `${issuer}/oauth/token`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        payload: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      }),
    userinfo: accessToken =>
      app.inject({ url: `${issuer}/oauth/userinfo`, headers: { authorization: `Bearer ${accessToken}` } }),
    async signIn(project, payload) {
      const response = await testApp.callback(project, await testApp.code(project, payload))
      const name = project.siteUrl.startsWith('https:') ? '__Host-gatepass' : 'gatepass'
      const cookie = cookieOf(response, name)
      if (!cookie) throw new Error(`not signed in: ${response.statusCode} ${response.body}`)
      return cookie
    },
    get: (url, headers = {}) => app.inject({ url, headers }),
    attempt: traceId => findAttempt(database.read, traceId),
    steps: () => listSteps(database.read, { limit: 1000 }),
    async lastStep() {
      const newest = database.read
        .selectFrom('attempt_steps')
        .select('trace_id')
        .orderBy('id', 'desc')
        .limit(1)
      return (await findAttempt(database.read, (await newest.executeTakeFirstOrThrow()).trace_id)).at(-1)!
    },
    async count(table) {
      const counted = database.read.selectFrom(table).select(eb => eb.fn.countAll<number>().as('rows'))
      return Number((await counted.executeTakeFirstOrThrow()).rows)
    },
  }
  return testApp
}
