// The admin API through its door, with every answer held against what the operation says it answers with.
import type { LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import Value from 'typebox/value'
import { createApiKey } from '../../src/administrators/api-keys.ts'
import { type Principal, type Scope, scopes } from '../../src/administrators/principal.ts'
import type { Operation } from '../../src/api/operation.ts'
import { operations } from '../../src/api/operations.ts'
import { Problem } from '../../src/api/problem.ts'
import { issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'

export const API = `${issuer}/api/v1`

export interface Asked {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Another key than the one for everything; null: none. */
  readonly key?: string | null
}

export interface ApiWorld extends TestApp {
  /** A key for everything. */
  readonly key: string
  makeKey(input?: {
    scopes?: readonly Scope[]
    projects?: readonly TestProject[]
    name?: string
    life?: number
  }): Promise<string>
  /** Asks an operation by its ID; the answer must be one that it tells of. */
  ask(operationId: string, asked?: Asked): Promise<LightMyRequestResponse>
  /** Asks, and gives back the JSON of a success; anything else fails the test. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects to be there
  done(operationId: string, asked?: Asked): Promise<any>
}

/** Somebody who may everything. */
export const root: Principal = {
  kind: 'administrator',
  id: 'root',
  administratorId: null,
  actor: { name: 'test', origin: 'test' },
  scopes: new Set(scopes),
  projects: 'all',
}

export function operationOf(id: string): Operation {
  const found = operations.find(operation => operation.id === id)
  if (!found) throw new Error(`There is no operation ${id}`)
  return found
}

export function addressOf({ path }: Pick<Operation, 'path'>, params: Asked['params'] = {}): string {
  return (
    API +
    path.replace(/:([a-z]+)/gi, (_, name: string) => {
      const value = params[name]
      if (value === undefined) throw new Error(`${path} needs ${name}`)
      return encodeURIComponent(value)
    })
  )
}

export async function apiWorld(t: Test, env: Record<string, string> = {}): Promise<ApiWorld> {
  const gatepass = await startApp(t, env)
  const makeKey: ApiWorld['makeKey'] = async ({
    scopes: wanted = scopes,
    projects,
    name = 'test',
    life,
  } = {}) => {
    const projectIds = projects?.map(project => project.id) ?? null
    const input = { name, scopes: wanted, projectIds, life: life ?? null }
    return (await createApiKey(gatepass.rules, root, input)).secret
  }
  const key = await makeKey()

  const ask: ApiWorld['ask'] = async (id, { params, query, body, headers = {}, key: other } = {}) => {
    const operation = operationOf(id)
    const bearer = other === undefined ? key : other
    const search = new URLSearchParams(
      Object.entries(query ?? {}).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString()
    const all = {
      ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    }
    const response = await gatepass.app.inject({
      method: operation.method,
      url: addressOf(operation, params) + (search && `?${search}`),
      headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)),
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    checkAnswer(t, operation, response)
    return response
  }

  return {
    ...gatepass,
    key,
    makeKey,
    ask,
    async done(id, asked) {
      const response = await ask(id, asked)
      if (response.statusCode >= 300) throw new Error(`${id}: ${response.statusCode} ${response.body}`)
      return response.body === '' ? undefined : response.json()
    },
  }
}

function checkAnswer(t: Test, operation: Operation, response: LightMyRequestResponse): void {
  const { statusCode, headers, body } = response
  const where = `${operation.id} ${statusCode}`
  if (headers['cache-control'] !== 'no-store') t.fail(`${where} may be kept by caches`)
  if (headers['set-cookie'] || headers['access-control-allow-origin'])
    t.fail(`${where} sets a cookie or CORS`)
  if (statusCode === operation.status) {
    if (statusCode === 204) return void t.equal(body, '', `${where} has no body`)
    const problems = Value.Errors(operation.answer, response.json())
    if (problems.length > 0) t.fail(`${where} is not as its schema says`, { problems, body })
    return
  }
  if (statusCode < 400) return void t.fail(`${where} is not the status that it tells of`)
  if (!String(headers['content-type']).startsWith('application/problem+json'))
    t.fail(`${where} is no problem`)
  const problems = Value.Errors(Problem, response.json())
  if (problems.length > 0) t.fail(`${where} is not a problem as its schema says`, { problems, body })
}
