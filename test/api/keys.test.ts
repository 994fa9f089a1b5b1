import t from 'tap'
import { furnish } from './every-operation.ts'
import { API, apiWorld } from './world.ts'

t.test('works', async t => {
  t.test('a key is told who it is, and for which projects', async t => {
    const world = await apiWorld(t)
    const acme = await world.project()
    await world.project({ slug: 'other' })
    const key = await world.makeKey({ name: 'deploy', scopes: ['projects:read'], projects: [acme] })
    const self = await world.done('getSelf', { key })
    t.match(self, { keyName: 'deploy', scopes: ['projects:read'], projects: ['acme'] })
    t.same((await world.done('getSelf')).projects, null)
    const listed = await world.done('listProjects', { key })
    t.same(
      listed.items.map(({ slug }: { slug: string }) => slug),
      ['acme'],
    )
  })

  t.test('a key made here works at once, for what it is for; ended, it does so no longer', async t => {
    const world = await apiWorld(t)
    await world.project()
    const made = await world.done('createApiKey', {
      body: { name: 'deploy', scopes: ['projects:read'], projects: ['acme'], expiresIn: 3600 },
    })
    t.match(made.secret, /^gpk_[A-Za-z0-9_-]{43}$/)
    t.match(made.apiKey, { name: 'deploy', projects: ['acme'], hint: made.secret.slice(-4), live: true })
    t.equal(
      (await world.ask('getProject', { params: { project: 'acme' }, key: made.secret })).statusCode,
      200,
    )
    const listed = await world.ask('listApiKeys')
    t.notMatch(listed.body, made.secret)
    await world.done('revokeApiKey', { params: { key: made.apiKey.id } })
    t.equal((await world.ask('getSelf', { key: made.secret })).statusCode, 401)
  })

  t.test('a key that is over gets nothing', async t => {
    const world = await apiWorld(t)
    const key = await world.makeKey({ life: 60_000 })
    t.equal((await world.ask('getSelf', { key })).statusCode, 200)
    world.clock.seconds(60)
    t.equal((await world.ask('getSelf', { key })).statusCode, 401)
  })
})

t.test('refuses', async t => {
  t.test('what is no key, each in the same words', async t => {
    const world = await apiWorld(t)
    const project = await world.project()
    const details = new Set<string>()
    for (const key of ['x', `gpk_${'A'.repeat(43)}`, world.key.slice(0, -1), project.clientSecret]) {
      const response = await world.ask('getSelf', { key })
      t.equal(response.statusCode, 401)
      t.equal(
        response.headers['www-authenticate'],
        'Bearer realm="gatepass admin api", error="invalid_token"',
      )
      details.add(response.json().detail)
    }
    t.equal(details.size, 1)
  })

  t.test('a key anywhere else than in the header', async t => {
    const world = await apiWorld(t)
    const { key } = world
    const attempts = [
      world.get(`${API}?access_token=${key}`),
      world.get(`${API}/projects?api_key=${key}`),
      world.get(API, { authorization: `Basic ${Buffer.from(`key:${key}`).toString('base64')}` }),
      world.get(API, { 'x-api-key': key }),
      world.get(API, { cookie: `authorization=${key}; gatepass_console=${key}` }),
    ]
    for (const attempt of await Promise.all(attempts)) t.equal(attempt.statusCode, 401)
  })

  t.test('a key with more rights than the one that makes it', async t => {
    const world = await apiWorld(t)
    const acme = await world.project()
    const key = await world.makeKey({ scopes: ['administrators:write', 'administrators:read'] })
    const more = { name: 'more', scopes: ['projects:write'] }
    t.equal((await world.ask('createApiKey', { key, body: more })).statusCode, 403)
    const same = { name: 'same', scopes: ['administrators:read'] }
    t.equal((await world.ask('createApiKey', { key, body: same })).statusCode, 201)
    const limited = await world.makeKey({ projects: [acme] })
    t.equal((await world.ask('createApiKey', { key: limited, body: same })).statusCode, 403)
  })
})

t.test('resists', async t => {
  t.test('a key that may look after administrators does not make itself an owner', async t => {
    const world = await apiWorld(t)
    await furnish(world)
    const owner = await world.done('inviteAdministrator', {
      body: { email: 'owner@example.com', name: 'Owner', role: 'owner' },
    })
    const key = await world.makeKey({ scopes: ['administrators:write', 'administrators:read'] })
    const { id } = owner.administrator
    const invite = { email: 'me@example.com', name: 'Me', role: 'owner' }
    const params = { administrator: id }
    t.equal((await world.ask('inviteAdministrator', { key, body: invite })).statusCode, 403)
    t.equal((await world.ask('renewAdministratorLink', { key, params })).statusCode, 403)
    t.equal((await world.ask('resetAdministratorTotp', { key, params })).statusCode, 403)
    t.equal(
      (await world.ask('updateAdministrator', { key, params, body: { disabled: true } })).statusCode,
      403,
    )
    t.equal((await world.ask('deleteAdministrator', { key, params })).statusCode, 403)
    t.equal((await world.ask('endAdministratorSessions', { key, params })).statusCode, 403)

    const reader = await world.done('inviteAdministrator', {
      body: { email: 'r@example.com', name: 'R', role: 'read_only' },
    })
    const some = await world.makeKey({
      scopes: [
        'administrators:write',
        'administrators:read',
        ...(['projects:read', 'readers:read', 'sign-ins:read', 'keys:read', 'audit:read'] as const),
      ],
    })
    const theirs = { administrator: reader.administrator.id }
    t.equal(
      (await world.ask('updateAdministrator', { key: some, params: theirs, body: { name: 'S' } })).statusCode,
      200,
    )
    const risen = { key: some, params: theirs, body: { role: 'owner' } }
    t.equal((await world.ask('updateAdministrator', risen)).statusCode, 403, 'nor somebody else')
  })

  t.test('the folder of a site is not for a key of one project', async t => {
    const world = await apiWorld(t)
    const acme = await world.project()
    const key = await world.makeKey({ projects: [acme] })
    const params = { project: 'acme' }
    const asked = { params, body: { siteFolder: world.folder } }
    t.equal((await world.ask('updateProject', { ...asked, key })).statusCode, 403)
    t.equal((await world.ask('updateProject', { params, body: { siteFolder: null }, key })).statusCode, 403)
    t.equal((await world.ask('updateProject', asked)).statusCode, 200)
  })

  t.test('guessing: after 30 wrong keys in a minute an address waits, also with a right one', async t => {
    const world = await apiWorld(t)
    for (let index = 0; index < 30; index++)
      t.equal((await world.ask('getSelf', { key: `gpk_${index}` })).statusCode, 401)
    const held = await world.ask('getSelf')
    t.equal(held.statusCode, 429)
    t.ok(Number(held.headers['retry-after']) > 0)
    const elsewhere = await world.app.inject({
      url: API,
      remoteAddress: '198.51.100.9',
      headers: { authorization: `Bearer ${world.key}` },
    })
    t.equal(elsewhere.statusCode, 200)
  })

  t.test(
    'strangers learn nothing from what they send: who asks is settled before the body is read',
    async t => {
      const world = await apiWorld(t)
      const bodies = ['{', '{"slug": 1}', 'x'.repeat(100_000)]
      for (const body of bodies)
        t.equal((await world.ask('createProject', { key: null, body })).statusCode, 401)
      const headers = { 'content-type': 'text/plain' }
      t.equal((await world.ask('createProject', { key: null, body: 'x', headers })).statusCode, 401)
    },
  )

  t.test('no key is in the log', async t => {
    const world = await apiWorld(t)
    await world.ask('getSelf')
    const { secret } = await world.done('createApiKey', { body: { name: 'a', scopes: ['projects:read'] } })
    await world.get(`${API}?access_token=${world.key}`)
    t.notMatch(world.log(), world.key)
    t.notMatch(world.log(), secret)
  })
})
