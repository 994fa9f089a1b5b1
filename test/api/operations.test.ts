import t from 'tap'
import { listApiKeys } from '../../src/administrators/api-keys.ts'
import { type Scope, scopes } from '../../src/administrators/principal.ts'
import { PREFIX } from '../../src/api/api.ts'
import type { Operation } from '../../src/api/operation.ts'
import { operations } from '../../src/api/operations.ts'
import { findAuditEntries } from '../../src/audit/find-audit-entries.ts'
import { routesOf } from '../routes-of.ts'
import { startApp } from '../start-app.ts'
import { bodies, furnish } from './every-operation.ts'
import { type ApiWorld, addressOf, apiWorld } from './world.ts'

const writes = ({ method, asks }: Operation) => method !== 'GET' && !asks
const ofProject = ({ path }: Operation) => path.includes(':project')
const read: readonly Scope[] = scopes.filter(scope => scope.endsWith(':read'))

async function audited(world: ApiWorld, actor: string) {
  const { entries } = await findAuditEntries(world.database.read, { projects: 'all', actor }, { limit: 200 })
  return entries.length
}

t.test('works', async t => {
  t.test(
    'every operation does what it says, and every one that changes something is in the audit log',
    async t => {
      const world = await apiWorld(t)
      await world.makeKey({ name: 'to be revoked' })
      for (const operation of operations) {
        const { params } = await furnish(world)
        const before = await audited(world, 'api-key:test')
        const response = await world.ask(operation.id, { params, ...bodies[operation.id]?.(params.project!) })
        t.equal(response.statusCode, operation.status, `${operation.id}: ${response.body.slice(0, 300)}`)
        const entries = (await audited(world, 'api-key:test')) - before
        if (writes(operation)) t.ok(entries > 0, `${operation.id} is in the audit log`)
        else t.equal(entries, 0, `${operation.id} changes nothing`)
      }
      t.equal(
        (await listApiKeys(world.database.read)).find(key => key.name === 'to be revoked')?.revokedAt !==
          null,
        true,
      )
    },
  )

  t.test('every route of the API is an operation that says all there is to say of it', async t => {
    const { app } = await startApp(t)
    const served = routesOf(app).filter(({ path }) => path === PREFIX || path.startsWith(`${PREFIX}/`))
    const told = new Set(operations.map(({ method, path }) => `${method} ${PREFIX}${path}`))
    const open = /^\/api\/v1\/(openapi\.json|docs|assets\/.*|\*)$/
    for (const { path, methods, door } of served) {
      t.equal(door, 'identity', `${path} stands at the identity server alone`)
      if (open.test(path)) continue
      for (const method of methods.filter(method => method !== 'HEAD'))
        t.ok(told.delete(`${method} ${path}`), `${method} ${path} is an operation`)
    }
    t.same([...told], [], 'and every operation is served')
    t.equal(new Set(operations.map(({ id }) => id)).size, operations.length, 'no two share an ID')
    for (const operation of operations) {
      const { id, summary, tag, scope, answer, status } = operation
      t.match(id, /^[a-z]+[A-Za-z]+$/)
      t.ok(summary.length > 5 && tag, `${id} has a summary`)
      t.ok(scope !== undefined && (scope === null) === (id === 'getSelf'), `${id} needs a scope`)
      t.ok(answer && status, `${id} says what it answers`)
      t.equal(writes(operation) && scope?.endsWith(':read'), false, `${id}: what changes needs a right to`)
    }
  })
})

t.test('refuses', async t => {
  t.test('each operation wants its own scope, and says which', async t => {
    const world = await apiWorld(t)
    const { params } = await furnish(world)
    const before = await world.count('audit_events')
    let keys = 0
    for (const scope of scopes) {
      const key = await world.makeKey({ scopes: scopes.filter(each => each !== scope) })
      keys++
      for (const operation of operations.filter(each => each.scope === scope)) {
        const response = await world.ask(operation.id, { params, key, ...bodies[operation.id]?.('acme') })
        t.equal(response.statusCode, 403, operation.id)
        t.match(response.json().detail, scope, `${operation.id} names ${scope}`)
      }
    }
    t.equal(await world.count('audit_events'), before + keys, 'nothing was changed but that keys were made')
  })

  t.test('a key that may only read changes nothing', async t => {
    const world = await apiWorld(t)
    const { params } = await furnish(world)
    const key = await world.makeKey({ scopes: read })
    const before = await world.count('audit_events')
    for (const operation of operations.filter(writes)) {
      const response = await world.ask(operation.id, { params, key, ...bodies[operation.id]?.('acme') })
      t.equal(response.statusCode, 403, operation.id)
    }
    t.equal(await world.count('audit_events'), before)
  })

  t.test('what concerns the whole installation is not for a key of one project', async t => {
    const world = await apiWorld(t)
    const { project, params } = await furnish(world)
    const key = await world.makeKey({ projects: [project] })
    for (const operation of operations.filter(each => each.allProjects)) {
      const response = await world.ask(operation.id, { params, key, ...bodies[operation.id]?.('acme') })
      t.equal(response.statusCode, 403, operation.id)
    }
  })

  t.test('without a key there is no operation, whatever else comes along', async t => {
    const world = await apiWorld(t)
    const { params } = await furnish(world)
    for (const operation of operations) {
      const response = await world.ask(operation.id, {
        params,
        key: null,
        headers: { cookie: `gatepass_console=${world.key}; gatepass=${world.key}` },
        query: { access_token: world.key, api_key: world.key },
      })
      t.equal(response.statusCode, 401, operation.id)
      t.equal(response.headers['www-authenticate'], 'Bearer realm="gatepass admin api"')
    }
  })
})

t.test('resists', async t => {
  t.test('another project’s things are not there, whichever operation asks for them', async t => {
    const world = await apiWorld(t)
    const mine = await furnish(world, 'mine')
    const theirs = await furnish(world, 'theirs')
    const key = await world.makeKey({ projects: [mine.project] })
    const before = await world.count('audit_events')
    for (const operation of operations.filter(ofProject)) {
      const body = bodies[operation.id]?.('theirs')
      const asProject = await world.ask(operation.id, { params: theirs.params, key, ...body })
      t.equal(asProject.statusCode, 404, `${operation.id}: their project`)
      t.equal(asProject.json().detail, 'There is no project theirs.')

      const parts = [...operation.path.matchAll(/:([a-z]+)/gi)].map(match => match[1]!)
      for (const part of parts.filter(name => name !== 'project' && name !== 'group')) {
        const params = { ...mine.params, [part]: theirs.params[part]! }
        const response = await world.ask(operation.id, { params, ...body })
        t.equal(response.statusCode, 404, `${operation.id}: their ${part} under my project`)
      }
    }
    const signIn = await world.ask('getSignIn', { params: theirs.params, key })
    t.equal(signIn.statusCode, 404)
    for (const id of ['listSignIns', 'countSignIns', 'listAttention', 'listAudit'])
      t.equal((await world.ask(id, { key, query: { project: 'theirs' } })).statusCode, 404, id)
    for (const id of ['listSignIns', 'listAttention', 'listAudit', 'listProjects'])
      t.notMatch((await world.ask(id, { key })).body, /theirs/, `${id} shows nothing of theirs`)
    t.equal((await world.done('countSignIns', { key })).total.passed, 1, 'my one sign-in')
    t.equal(await world.count('audit_events'), before)
  })

  t.test(
    'IDs that nobody has, and those that would be something to a database or a path, are not found',
    async t => {
      const world = await apiWorld(t)
      const { params } = await furnish(world)
      const odd = [
        '018f3a2e-0000-7000-8000-000000000000',
        "' OR 1=1 --",
        "'; DROP TABLE projects; --",
        '../../../etc/passwd',
        '%00',
        '\u0000',
        '__proto__',
        'constructor',
        '*',
        '%',
        '_',
        'x'.repeat(1000),
        '🗝️',
        '<script>alert(1)</script>',
      ]
      for (const operation of operations.filter(({ path }) => path.includes(':'))) {
        const parts = [...operation.path.matchAll(/:([a-z]+)/gi)].map(match => match[1]!)
        for (const value of odd) {
          const asked = { params: { ...params, [parts.at(-1)!]: value }, ...bodies[operation.id]?.('acme') }
          const { statusCode } = await world.ask(operation.id, asked)
          // A trace ID is found in what people paste; what has none in it is no trace ID.
          const expected = parts.at(-1) === 'traceId' ? [400, 404] : [404]
          t.ok(
            expected.includes(statusCode),
            `${operation.id} ${JSON.stringify(value.slice(0, 30))}: ${statusCode}`,
          )
        }
      }
      t.equal(await world.count('projects'), 1)
    },
  )

  t.test('the same addresses at a site are the site’s', async t => {
    const world = await apiWorld(t)
    const { project } = await furnish(world)
    for (const operation of operations.filter(
      ({ method, path }) => method === 'GET' && !path.includes(':'),
    )) {
      const url = addressOf(operation).replace('http://id.test', project.siteUrl)
      const response = await world.get(url, { authorization: `Bearer ${world.key}` })
      t.notMatch(response.headers['content-type'], /json/, url)
    }
  })
})
