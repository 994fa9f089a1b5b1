import t from 'tap'
import { startApp } from '../start-app.ts'

t.test('works', async t => {
  t.test('/gate/userinfo tells who reads, as JSON', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.group(acme, 'staff')
    const cookie = await gatepass.signIn(acme, { readerGroupIds: ['staff'], tokenValidity: 10 })
    const response = await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })
    t.equal(response.headers['cache-control'], 'no-store')
    const { sub, ...rest } = response.json()
    t.match(sub, /^[0-9a-f-]{36}$/)
    t.same(rest, {
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      preferred_username: 'ada',
      email: 'ada@example.com',
      groups: ['staff'],
      exp: gatepass.clock.now() / 1000 + 600,
    })
  })

  t.test('/gate/auth answers 202 with who reads in headers, for proxies that ask', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.group(acme, 'staff')
    await gatepass.group(acme, 'partners')
    const cookie = await gatepass.signIn(acme, {
      readerGroupIds: ['staff', 'partners'],
      username: 'zo\u00eb',
    })
    const response = await gatepass.get(`${acme.siteUrl}/gate/auth`, { cookie })
    t.equal(response.statusCode, 202)
    t.match(response.headers['x-auth-request-user'], /^[0-9a-f-]{36}$/)
    t.equal(response.headers['x-auth-request-email'], 'ada@example.com')
    t.equal(response.headers['x-auth-request-groups'], 'partners,staff')
    const username = Buffer.from(String(response.headers['x-auth-request-preferred-username']), 'latin1')
    t.equal(username.toString(), 'zo\u00eb')
    t.equal(response.headers['cache-control'], 'no-store')
  })

  t.test('the rules of groups decide by X-Forwarded-Uri', async t => {
    const gatepass = await startApp(t)
    const pathRules = [
      { path: '/internal/*', groups: ['staff'] },
      { path: '/pricing', groups: ['staff', 'partners'] },
    ]
    const acme = await gatepass.project({ pathRules })
    await gatepass.group(acme, 'staff')
    await gatepass.group(acme, 'partners')
    const staff = await gatepass.signIn(acme, { emailId: 's@example.com', readerGroupIds: ['staff'] })
    const partner = await gatepass.signIn(acme, { emailId: 'p@example.com', readerGroupIds: ['partners'] })
    const nobody = await gatepass.signIn(acme)
    const ask = async (cookie: string, uri: string) =>
      (await gatepass.get(`${acme.siteUrl}/gate/auth`, { cookie, 'x-forwarded-uri': uri })).statusCode
    const expected = { '/': [202, 202, 202], '/internal/x': [202, 403, 403], '/pricing?x=1': [202, 202, 403] }
    for (const [uri, statuses] of Object.entries(expected)) {
      t.same([await ask(staff, uri), await ask(partner, uri), await ask(nobody, uri)], statuses, uri)
    }
  })
})

t.test('refuses', async t => {
  t.test('everybody without a session: 401 and no redirect, no identity', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const path of ['/gate/auth', '/gate/userinfo']) {
      const response = await gatepass.get(acme.siteUrl + path)
      t.equal(response.statusCode, 401)
      t.equal(response.json().error, 'invalid_session')
      t.equal(response.json().trace_id, response.headers['x-trace-id'])
      t.notOk(Object.keys(response.headers).some(name => name.startsWith('x-auth-request')))
    }
  })

  t.test('these doors at the identity host', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    for (const path of ['/gate/auth', '/gate/userinfo', '/page']) {
      t.equal((await gatepass.get(`http://id.test${path}`, { cookie })).statusCode, 404, path)
    }
  })
})

t.test('resists', async t => {
  t.test('spellings of a closed path in X-Forwarded-Uri do not open it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ pathRules: [{ path: '/internal/*', groups: ['staff'] }] })
    await gatepass.group(acme, 'staff')
    const cookie = await gatepass.signIn(acme)
    const spellings = [
      ...[
        '/internal/x',
        '/internal',
        '/internal/',
        '/INTERNAL/x',
        '/%69nternal/x',
        '//internal/x',
        '/./internal/x',
      ],
      ...['/a/../internal/x', '/a/%2e%2e/internal/x', '/internal%2fx', '/internal;a=b/x', '/internal\\x'],
      ...['/%2569nternal/x', 'internal/x', 'http://acme.test/internal/x', '/public, /internal/x', ''],
    ]
    for (const uri of spellings) {
      const response = await gatepass.get(`${acme.siteUrl}/gate/auth`, { cookie, 'x-forwarded-uri': uri })
      t.equal(response.statusCode, 403, JSON.stringify(uri))
    }
  })

  t.test('names with separators forge no group and no header', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme, { username: 'ada,staff; x=1', emailId: 'a,staff@example.com' })
    const response = await gatepass.get(`${acme.siteUrl}/gate/auth`, {
      cookie,
      'x-auth-request-groups': 'staff',
    })
    t.equal(response.headers['x-auth-request-groups'], '')
  })
})
