import t from 'tap'
import { createRegistry } from '../../src/projects/registry.ts'
import { deleteProject, updateProject } from '../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { endSessionBySid } from '../../src/sessions/end-session.ts'
import { endSessionsOfReader } from '../../src/sessions/end-sessions-of-reader.ts'
import { startApp, type TestApp, type TestProject } from '../start-app.ts'

const userinfo = (gatepass: TestApp, project: TestProject, cookie?: string) =>
  gatepass.get(`${project.siteUrl}/gate/userinfo`, cookie ? { cookie } : {})

/** The project as the rules see it. */
async function settled(gatepass: TestApp, project: TestProject) {
  const registry = createRegistry(gatepass.database.read)
  await registry.refresh()
  return registry.projectBySlug(project.slug)!
}

t.test('works', async t => {
  t.test('a session lives exactly as long as the token validity', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme, { tokenValidity: 5 })
    gatepass.clock.advance(5 * 60_000 - 1)
    t.equal((await userinfo(gatepass, acme, cookie)).statusCode, 200)
    gatepass.clock.advance(1)
    t.equal((await userinfo(gatepass, acme, cookie)).statusCode, 401)
    const page = await gatepass.get(`${acme.siteUrl}/guide`, { cookie })
    t.equal(page.statusCode, 302)
    t.match(page.headers.location, /^http:\/\/login\.acme\.test\/login\?RedirectPath=%2Fguide&state=/)
  })

  t.test('a browser without a session goes to the login URL with its page, state and challenge', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const response = await gatepass.get(`${acme.siteUrl}/a%20b?x=1&y=%26`)
    t.equal(response.statusCode, 302)
    t.equal(response.headers['cache-control'], 'no-store')
    const login = new URL(response.headers.location!)
    t.equal(login.searchParams.get('RedirectPath'), '/a%20b?x=1&y=%26')
    t.equal(login.searchParams.get('state'), response.headers['x-trace-id'])
    t.match(login.searchParams.get('code_challenge'), /^[\w-]{43}$/)
    t.equal(login.searchParams.get('code_challenge_method'), 'S256')
    const cookie = String(response.headers['set-cookie'])
    t.match(cookie, /^gatepass_attempt_[0-9a-f]{32}=[\w-]{43}; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)
    t.match(cookie, login.searchParams.get('state'))
    t.notMatch(response.headers.location, cookie.split(/[=;]/)[1]!)
    t.match(await gatepass.lastStep(), { step: 'redirect', outcome: 'passed', detail: { path: '/a%20b' } })
  })

  t.test('a login URL keeps the query that it has', async t => {
    const gatepass = await startApp(t)
    const loginUrl = 'https://login.test/sso?tenant=a%20b&RedirectPath=old&x=%26'
    const acme = await gatepass.project({ loginUrl })
    const login = new URL((await gatepass.get(`${acme.siteUrl}/guide`)).headers.location!)
    t.equal(login.origin + login.pathname, 'https://login.test/sso')
    t.same(login.searchParams.getAll('tenant'), ['a b'])
    t.same(login.searchParams.getAll('x'), ['&'])
    t.same(login.searchParams.getAll('RedirectPath'), ['/guide'])
  })

  t.test('five tabs can begin at once; the oldest attempt makes room for the sixth', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const jar = new Map<string, string>()
    for (let tab = 0; tab < 7; tab++) {
      gatepass.clock.seconds(1)
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await gatepass.get(`${acme.siteUrl}/`, { cookie })
      for (const header of [response.headers['set-cookie'] ?? []].flat()) {
        const [name, value] = header.split(/[=;]/) as [string, string]
        if (header.includes('Max-Age=0')) jar.delete(name)
        else jar.set(name, value)
      }
    }
    t.equal(jar.size, 5)
    const newest = [...jar.keys()].sort().at(-1)
    t.ok(newest)
  })

  t.test('pictures and scripts of a page begin no sign-in of their own', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const destination of ['image', 'script', 'style', 'empty']) {
      const response = await gatepass.get(`${acme.siteUrl}/x.png`, { 'sec-fetch-dest': destination })
      t.equal(response.statusCode, 302)
      t.notOk(response.headers['set-cookie'])
    }
    t.equal(await gatepass.count('attempt_steps'), 0)
  })
})

t.test('refuses', async t => {
  t.test('cookies that name no session', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    const value = cookie.split('=')[1]!
    const wrong = [
      '',
      'x',
      value.slice(1),
      `${value}A`,
      `"${value}"`,
      value.toLowerCase(),
      `${'A'.repeat(43)}`,
    ]
    for (const other of wrong) {
      t.equal((await userinfo(gatepass, acme, `gatepass=${other}`)).statusCode, 401, other)
    }
    t.equal((await userinfo(gatepass, acme, `Gatepass=${value}`)).statusCode, 401)
    t.equal((await userinfo(gatepass, acme, `x=1; ${cookie} ; y`)).statusCode, 200)
  })

  t.test('everybody while JWT is off and there is no session, with a page that says so', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    const response = await gatepass.get(`${acme.siteUrl}/`)
    t.equal(response.statusCode, 403)
    t.match(response.body, 'switched off')
  })
})

t.test('resists', async t => {
  t.test('two session cookies: 400 at every door of the site', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    const tossed = `${cookie}; gatepass=${'A'.repeat(43)}`
    for (const path of ['/', '/guide', '/gate/userinfo', '/gate/auth', '/logout', '/gate/search']) {
      const response = await gatepass.get(acme.siteUrl + path, { cookie: tossed })
      t.equal(response.statusCode, 400, path)
    }
    t.equal((await userinfo(gatepass, acme, cookie)).statusCode, 200)
  })

  t.test('a cookie that a neighbour host tossed at an https site is not looked at', async t => {
    const gatepass = await startApp(t)
    const safe = await gatepass.project({ siteUrl: 'https://acme.test' })
    const cookie = await gatepass.signIn(safe)
    t.match(cookie, /^__Host-gatepass=/)
    const value = cookie.split('=')[1]
    t.equal((await userinfo(gatepass, safe, `gatepass=${value}`)).statusCode, 401)
    t.equal((await userinfo(gatepass, safe, `gatepass=tossed; ${cookie}`)).statusCode, 200)
  })

  t.test('a session of one project opens no other site', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const cookie = await gatepass.signIn(acme)
    t.equal((await userinfo(gatepass, other, cookie)).statusCode, 401)
    t.equal((await gatepass.get(`${other.siteUrl}/`, { cookie })).statusCode, 302)
    await gatepass.get(`${other.siteUrl}/logout`, { cookie })
    t.equal((await userinfo(gatepass, acme, cookie)).statusCode, 200, 'nor does it end there')
  })

  t.test('a reader who is blocked, or whose sessions are ended, is out everywhere at once', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const project = await settled(gatepass, acme)
    const reader = 'ada@example.com'
    const [one, two] = [await gatepass.signIn(acme), await gatepass.signIn(acme)]
    const bobs = await gatepass.signIn(acme, { emailId: 'bob@example.com' })
    gatepass.clock.seconds(1)
    await endSessionsOfReader(gatepass.rules, gatepass.actor, { project, reader })
    t.equal((await userinfo(gatepass, acme, one)).statusCode, 401)
    t.equal((await userinfo(gatepass, acme, two)).statusCode, 401)
    gatepass.clock.seconds(1)
    const anew = await gatepass.signIn(acme)
    t.equal((await userinfo(gatepass, acme, anew)).statusCode, 200)
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader, blocked: true })
    t.equal((await userinfo(gatepass, acme, anew)).statusCode, 401)
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader, blocked: false })
    t.equal((await userinfo(gatepass, acme, anew)).statusCode, 401, 'unblocking opens no old session')
    t.equal((await userinfo(gatepass, acme, bobs)).statusCode, 200, 'others stay')
  })

  t.test('an administrator ends one session, and only one of the project’s own', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const cookie = await gatepass.signIn(acme)
    const row = await gatepass.database.read.selectFrom('sessions').select('key').executeTakeFirstOrThrow()
    const sid = Buffer.from(row.key).toString('base64url')
    const foreign = await settled(gatepass, other)
    await t.rejects(endSessionBySid(gatepass.rules, gatepass.actor, foreign, sid), { code: 'not_found' })
    t.equal((await userinfo(gatepass, acme, `gatepass=${sid}`)).statusCode, 401, 'a sid is no cookie')
    await endSessionBySid(gatepass.rules, gatepass.actor, await settled(gatepass, acme), sid)
    t.equal((await userinfo(gatepass, acme, cookie)).statusCode, 401)
  })

  t.test('a project that is deleted serves nobody from that moment on', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    const code = await gatepass.code(acme)
    const token = (await gatepass.swap(acme, await gatepass.code(acme))).json().access_token
    await deleteProject(gatepass.rules, gatepass.actor, acme.slug)
    t.equal((await userinfo(gatepass, acme, cookie)).statusCode, 404)
    t.equal((await gatepass.callback(acme, code)).statusCode, 400)
    t.equal((await gatepass.swap(acme, code)).statusCode, 401)
    t.equal((await gatepass.push(acme)).statusCode, 401)
    t.equal((await gatepass.userinfo(token)).statusCode, 401)
    const again = await gatepass.project()
    t.equal((await userinfo(gatepass, again, cookie)).statusCode, 401, 'nor a successor under the same name')
  })

  t.test('the clock set back: a session that was seen to be over stays over', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    gatepass.clock.minutes(16)
    t.equal((await gatepass.get(`${acme.siteUrl}/`, { cookie })).statusCode, 302)
    gatepass.clock.minutes(-60)
    t.equal((await userinfo(gatepass, acme, cookie)).statusCode, 401)
  })

  t.test('paths that would lead off the site are not handed to the login URL', async t => {
    const gatepass = await startApp(t)
    await gatepass.project()
    for (const path of [
      '//evil.test',
      '/.//evil.test',
      '/%2e//evil.test',
      '/a/..//evil.test',
      '/\\evil.test',
    ]) {
      const response = await gatepass.app.inject({ url: path, headers: { host: 'acme.test' } })
      t.ok(response.statusCode < 500)
      if (!response.headers.location) continue
      const asked = new URL(response.headers.location).searchParams.get('RedirectPath')
      t.notMatch(asked, /^\/[/\\]/, path)
    }
  })
})
