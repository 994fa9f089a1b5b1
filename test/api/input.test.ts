import t from 'tap'
import type { TObject } from 'typebox'
import { operations } from '../../src/api/operations.ts'
import { bodies, furnish } from './every-operation.ts'
import { apiWorld } from './world.ts'

const taking = operations.filter(({ body }) => body !== undefined)

t.test('works', async t => {
  t.test('what has a version is changed by who looked at it last, and the other is told', async t => {
    const world = await apiWorld(t)
    for (const { id, method } of operations.filter(({ versioned }) => versioned)) {
      const { params } = await furnish(world)
      const get = id.replace(/^(update|delete)/, 'get')
      const before = await world.ask(get, { params })
      t.equal(before.headers.etag, `"${before.json().version}"`, `${get} has an entity tag`)
      const asked = { params, ...bodies[id]?.(params.project!) }
      const change = (etag: string) => world.ask(id, { ...asked, headers: { 'if-match': etag } })
      t.equal((await change('"999"')).statusCode, 412, `${id}: another version`)
      for (const wrong of ['3', 'x', '"x"', 'W/"1"', '"1", "2"', ''])
        t.equal((await change(wrong)).statusCode, 400, `${id}: ${wrong}`)
      t.equal((await world.ask(get, { params })).body, before.body, `${id}: nothing was changed`)
      const done = await change(before.headers.etag as string)
      t.ok(done.statusCode < 300, `${id}: ${done.body}`)
      if (method === 'PATCH') {
        t.not(done.headers.etag, before.headers.etag, `${id}: the version moves`)
        t.equal((await change(before.headers.etag as string)).statusCode, 412, `${id}: the later of two`)
        t.equal((await change('*')).statusCode, 200)
      }
    }
  })

  t.test('names in any script are taken as they are', async t => {
    const world = await apiWorld(t)
    await world.project()
    for (const name of ['Ünïcødé', '日本語', '🗝️', '<b>&"\'', '=1+1', '$x', '{{x}}', 'a'.repeat(100)]) {
      const params = { project: 'acme' }
      t.equal((await world.done('updateProject', { params, body: { name } })).name, name)
    }
  })
})

t.test('refuses', async t => {
  t.test('everything that is wrong is named at once', async t => {
    const world = await apiWorld(t)
    const nothing = await world.ask('createProject', { body: {} })
    t.same(
      nothing.json().errors.map(({ field }: { field: string }) => field),
      ['slug', 'name', 'siteUrl'],
    )
    const wrong = await world.ask('createProject', {
      body: {
        slug: 'A B',
        name: 'x',
        siteUrl: 'ftp://x',
        loginUrl: 'javascript:alert(1)',
        accentColor: 'red',
      },
    })
    t.same(
      wrong.json().errors.map(({ field }: { field: string }) => field),
      ['slug', 'siteUrl', 'loginUrl', 'accentColor'],
    )
    t.equal(await world.count('projects'), 0)
  })

  t.test('no type is made into another, and no field is passed over', async t => {
    const world = await apiWorld(t)
    const { params } = await furnish(world)
    const wrongs = [null, true, 1, 'x', [], {}, ['x'], { x: 1 }]
    const before = await world.count('audit_events')
    for (const { id, body } of taking) {
      const good = bodies[id]!(params.project!).body as Record<string, unknown>
      for (const [field, schema] of Object.entries((body as TObject).properties)) {
        const types = [(schema as { type?: string | string[] }).type ?? []].flat()
        if (types.length === 0) continue // any value, as the payload of a trial
        for (const value of wrongs) {
          const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value
          if (types.includes(type) || (type === 'number' && types.includes('integer'))) continue
          const response = await world.ask(id, { params, body: { ...good, [field]: value } })
          t.equal(response.statusCode, 400, `${id}: ${field} = ${JSON.stringify(value)}`)
          t.equal(response.json().errors?.[0].field, field, response.body)
        }
      }
      const unknown = await world.ask(id, { params, body: { ...good, surprise: 1 } })
      t.match(unknown.json(), { status: 400, errors: [{ field: 'surprise' }] }, id)
      for (const all of ['null', '[]', '"x"', '1']) {
        const response = await world.ask(id, { params, body: all })
        t.equal(response.statusCode, 400, `${id}: ${all}`)
      }
    }
    t.equal(await world.count('audit_events'), before, 'nothing was changed')
  })

  t.test('bodies that are no JSON object, or of another content type, or too large', async t => {
    const world = await apiWorld(t)
    const { params } = await furnish(world)
    for (const { id } of taking) {
      const ask = (body: string, type = 'application/json') =>
        world.ask(id, { params, body, headers: { 'content-type': type } })
      for (const body of ['{', '{"a":1,"a":2}', '{"__proto__":{}}', '{"constructor":1}', '[[', '\xff'])
        t.equal((await ask(body)).statusCode, 400, `${id}: ${body}`)
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data',
        'text/json',
      ])
        t.equal((await ask('{}', type)).statusCode, 415, `${id}: ${type}`)
      t.equal((await ask(`{"name":"${'x'.repeat(70_000)}"}`)).statusCode, 413, id)
    }
  })

  t.test('names that would not be what they look like', async t => {
    const world = await apiWorld(t)
    await world.project()
    const params = { project: 'acme' }
    for (const name of ['', ' ', 'a\u0000b', 'a\nb', '\u202eevil', 'x'.repeat(101), '\ud800']) {
      for (const [id, body] of [
        ['updateProject', { name }],
        ['createGroup', { slug: 'g', name }],
        ['createApiKey', { name, scopes: ['projects:read'] }],
        ['inviteAdministrator', { email: 'a@example.com', name, role: 'owner' }],
        ['issueSecret', { label: name, expiresIn: 60 }],
      ] as const) {
        const client = (await world.done('getProject', { params })).loginClientId
        const response = await world.ask(id, { params: { ...params, client }, body })
        t.equal(response.statusCode, 400, `${id}: ${JSON.stringify(name.slice(0, 10))}`)
      }
    }
  })

  t.test('what is there already', async t => {
    const world = await apiWorld(t)
    const { params, project } = await furnish(world)
    const same = { slug: project.slug, name: 'x', siteUrl: 'http://other.test', loginUrl: 'http://l.test/' }
    t.equal((await world.ask('createProject', { body: same })).statusCode, 409)
    const site = { ...same, slug: 'other', siteUrl: project.siteUrl }
    t.equal((await world.ask('createProject', { body: site })).statusCode, 409)
    t.equal((await world.ask('createGroup', { params, body: { slug: 'crew', name: 'x' } })).statusCode, 409)
    const own = { ...params, client: (await world.done('getProject', { params })).siteClientId }
    const refused = await world.ask('deleteClient', { params: own })
    t.equal(refused.statusCode, 409)
    t.match(refused.json().detail, /the site's own client; it goes with its project/)
    const invite = { email: `${project.slug}@EXAMPLE.com`, name: 'x', role: 'read_only' }
    t.equal((await world.ask('inviteAdministrator', { body: invite })).statusCode, 409)
    const unknown = { ...invite, email: 'y@example.com', projects: ['nowhere'] }
    t.match((await world.ask('inviteAdministrator', { body: unknown })).json(), {
      status: 400,
      errors: [{ field: 'projects' }],
    })
  })
})

t.test('resists', async t => {
  t.test('methods and addresses that are not there are told so in the dress of this API', async t => {
    const world = await apiWorld(t)
    const headers = { authorization: `Bearer ${world.key}` }
    const ask = (method: 'PUT' | 'DELETE' | 'OPTIONS' | 'PATCH', path: string) =>
      world.app.inject({ method, url: `http://id.test/api/v1${path}`, headers })
    const put = await ask('PUT', '/projects')
    t.equal(put.statusCode, 405)
    t.equal(put.headers.allow, 'GET, POST')
    t.equal(put.headers['content-type'], 'application/problem+json; charset=utf-8')
    t.equal((await ask('OPTIONS', '/projects')).headers['access-control-allow-origin'], undefined)
    t.equal((await ask('DELETE', '/nothing')).statusCode, 404)
    t.equal((await ask('PATCH', '/')).statusCode, 404)
  })

  t.test('a fault of ours says so in the same dress, and gives nothing away', async t => {
    const world = await apiWorld(t)
    await world.database.write(
      async tx => void (await tx.schema.alterTable('audit_events').renameTo('gone').execute()),
    )
    const response = await world.ask('listAudit')
    t.equal(response.statusCode, 500)
    t.notMatch(response.body, /audit_events|sql/i)
    t.match(world.log(), /audit_events/)
  })
})
