import t from 'tap'
import { startApp } from '../start-app.ts'

t.test('works', async t => {
  t.test('GET and POST end the session, clear the cookie and land on our own page', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const method of ['GET', 'POST'] as const) {
      const cookie = await gatepass.signIn(acme)
      const out = await gatepass.app.inject({ method, url: `${acme.siteUrl}/logout`, headers: { cookie } })
      t.equal(out.statusCode, 302)
      t.equal(out.headers.location, 'http://acme.test/gate/signed-out')
      t.equal(out.headers['set-cookie'], 'gatepass=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax')
      t.equal(out.headers['cache-control'], 'no-store')
      t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 401)
      t.match(await gatepass.lastStep(), { step: 'logout', outcome: 'passed', reader: 'ada@example.com' })
    }
    const landing = await gatepass.get(`${acme.siteUrl}/gate/signed-out`)
    t.equal(landing.statusCode, 200)
    t.match(landing.headers['content-type'], /^text\/html/)
  })

  t.test('a form that is posted by a browser is taken', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    const headers = { cookie, 'content-type': 'application/x-www-form-urlencoded' }
    const out = await gatepass.app.inject({
      method: 'POST',
      url: `${acme.siteUrl}/logout`,
      headers,
      payload: '',
    })
    t.equal(out.statusCode, 302)
    t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 401)
  })

  t.test('the browser goes to the project’s logout URL where there is one', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ logoutUrl: 'https://acme.test/bye?x=1' })
    const cookie = await gatepass.signIn(acme)
    const out = await gatepass.get(`${acme.siteUrl}/logout`, { cookie })
    t.equal(out.headers.location, 'https://acme.test/bye?x=1')
  })

  t.test('without a session, or with one that is over, it is the same and nothing is told', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    await gatepass.get(`${acme.siteUrl}/logout`, { cookie })
    const steps = await gatepass.count('attempt_steps')
    for (const headers of [{}, { cookie }, { cookie: 'gatepass=x' }]) {
      const out = await gatepass.get(`${acme.siteUrl}/logout`, headers as Record<string, string>)
      t.equal(out.statusCode, 302)
      t.match(out.headers['set-cookie'], /^gatepass=; Path=\/; Max-Age=0/)
    }
    t.equal(await gatepass.count('attempt_steps'), steps)
  })

  t.test('the cookie of an https site is cleared under its own name', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ siteUrl: 'https://acme.test' })
    const out = await gatepass.get(`${acme.siteUrl}/logout`, { cookie: await gatepass.signIn(acme) })
    t.equal(out.headers['set-cookie'], '__Host-gatepass=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure')
  })
})

t.test('resists', async t => {
  t.test('HEAD and browsers that fetch ahead sign nobody out', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    const url = `${acme.siteUrl}/logout`
    await gatepass.app.inject({ method: 'HEAD', url, headers: { cookie } })
    for (const headers of [
      { 'sec-purpose': 'prefetch;prerender' },
      { purpose: 'prefetch' },
      { 'x-moz': 'prefetch' },
    ]) {
      const ahead = await gatepass.get(url, { cookie, ...(headers as unknown as Record<string, string>) })
      t.notOk(ahead.headers['set-cookie'])
    }
    t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
  })

  t.test('nothing in the query changes where the browser lands', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const query of [
      '?redirectUrl=//evil.test',
      '?post_logout_redirect_uri=https://evil.test',
      '?next=/x',
    ]) {
      const out = await gatepass.get(`${acme.siteUrl}/logout${query}`)
      t.equal(out.headers.location, 'http://acme.test/gate/signed-out')
    }
  })

  t.test('the code of a session that was signed out opens nothing again', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const arrived = await gatepass.callback(acme, code)
    const cookie = String(arrived.headers['set-cookie']).split(';')[0]!
    await gatepass.get(`${acme.siteUrl}/logout`, { cookie })
    t.equal((await gatepass.callback(acme, code, { cookie })).statusCode, 400)
    t.equal((await gatepass.callback(acme, code)).statusCode, 400)
  })
})
