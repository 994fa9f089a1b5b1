import t from 'tap'
import { TOKEN_FIELD } from '../../src/console/forgery.ts'
import { routesOf } from '../routes-of.ts'
import { issuer, startApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

t.test('resists: every writing route of the console', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const group = await gatepass.group(acme, 'staff')
  const admin = await administrator(gatepass)
  const other = await administrator(gatepass, { email: 'other@example.com' })
  const writing = routesOf(gatepass.app).filter(
    ({ path, methods, door }) =>
      door === 'identity' &&
      path.startsWith('/console') &&
      methods.some(method => !['GET', 'HEAD', 'OPTIONS'].includes(method)),
  )
  t.ok(
    writing.some(({ path }) => path === '/console/projects/:slug/groups'),
    'the routes were found',
  )
  const filled = (path: string) =>
    path
      .replace(':slug', 'acme')
      .replace(':group', group.slug)
      .replace(/:\w+/g, '018f3a2e-0000-7000-8000-000000000000')
  const before = await gatepass.count('audit_events')

  for (const { path } of writing) {
    const url = issuer + filled(path)
    const post = (form: Record<string, string>, headers: Record<string, string> = {}) =>
      admin.jar.copy().post({ url, form, headers: { origin: issuer, ...headers } })
    const right = { [TOKEN_FIELD]: admin.token }

    t.equal((await post({})).statusCode, 403, `${path}: no token`)
    t.equal((await post({ [TOKEN_FIELD]: 'x'.repeat(43) })).statusCode, 403, `${path}: a made-up token`)
    t.equal((await post({ [TOKEN_FIELD]: other.token })).statusCode, 403, `${path}: somebody else's token`)
    t.equal((await post(right, { origin: 'https://evil.test' })).statusCode, 403, `${path}: from elsewhere`)
    t.equal((await post(right, { origin: 'null' })).statusCode, 403, `${path}: from a sandbox`)
    const silent = await gatepass.app.inject({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-site',
        cookie: `gatepass_console=${admin.jar.value('gatepass_console')}`,
      },
      payload: new URLSearchParams(right).toString(),
    })
    t.equal(silent.statusCode, 403, `${path}: from a neighbour that hides its origin`)
    const twice = await gatepass.app.inject({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: issuer,
        cookie: `gatepass_console=${admin.jar.value('gatepass_console')}`,
      },
      payload: `${TOKEN_FIELD}=${admin.token}&${TOKEN_FIELD}=${admin.token}`,
    })
    t.equal(twice.statusCode, 400, `${path}: the token twice`)
  }
  t.equal(await gatepass.count('audit_events'), before, 'nothing was changed')
})

t.test('resists: every page of the console asks who is there', async t => {
  const gatepass = await startApp(t)
  await gatepass.project()
  const open = /^\/console\/(sign-in|welcome|assets)/
  const pages = routesOf(gatepass.app).filter(
    ({ path, door }) => door === 'identity' && path.startsWith('/console') && !open.test(path),
  )
  t.ok(pages.length > 5)
  for (const { path, methods } of pages) {
    for (const method of methods) {
      const answer = await gatepass.app.inject({
        method: method as 'GET',
        url: issuer + path.replace(':slug', 'acme'),
        ...(method === 'POST' && { headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
      })
      t.equal(answer.statusCode, 303, `${method} ${path}`)
      t.match(answer.headers.location, /^\/console\/sign-in/, `${method} ${path}`)
    }
  }
})

t.test('resists: what the browser is told about every page of the console', async t => {
  const gatepass = await startApp(t)
  await gatepass.project()
  const admin = await administrator(gatepass)
  for (const path of [
    '/console',
    '/console/account',
    '/console/projects/acme/groups',
    '/console/projects/none/groups',
  ]) {
    const { headers } = await admin.get(path)
    t.match(headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/, path)
    t.notMatch(headers['content-security-policy'], /unsafe/, path)
    t.equal(headers['cache-control'], 'no-store', path)
    t.equal(headers['x-frame-options'], 'DENY', path)
  }
})
