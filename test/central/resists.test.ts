// What is tried against the central login page: every row of it is a promise in docs/security.md.
import t from 'tap'
import { hashPassword } from '../../src/passwords/password.ts'
import { whileComparing } from '../accounts/while-comparing.ts'
import { issuer, startApp } from '../start-app.ts'
import { hiddenOf, login, PASSWORD, Person, person, projectOfAccounts, tokenIn, user } from './people.ts'

t.test('resists', async t => {
  const gatepass = await startApp(t)
  const acme = await projectOfAccounts(gatepass, 'acme', {
    siteUrl: 'https://wiki.example.com',
    allowedRedirects: ['https://tools.example.com:8443/app', 'https://old.example.com/in?x=1'],
  })
  await person(gatepass, 'ada', [acme])
  await person(gatepass, 'eve', [acme])
  const target = `${acme.siteUrl}/x`

  t.test('open redirects: a target that almost matches shows a form, also to who is signed in', async t => {
    const ada = new Person(gatepass)
    await ada.signIn('ada')
    const wrong = [
      'http://wiki.example.com/',
      'https://wiki.example.com:8443/',
      'https://wiki.example.com.evil.test/',
      'https://wiki.example.com@evil.test/',
      'https://ada:x@wiki.example.com/',
      'https://evil.test/https://wiki.example.com/',
      'https://evil.test\\@wiki.example.com/',
      'https:\\\\wiki.example.com/',
      'https:/wiki.example.com/',
      'https:wiki.example.com/',
      'HTTPS://WIKI.example.com/',
      '//wiki.example.com/',
      '/x',
      'javascript:alert(1)//https://wiki.example.com/',
      'data:text/html,https://wiki.example.com/',
      ' https://wiki.example.com/',
      'https://wiki.example.com/\n',
      'https://wiki.example.com/\u0000',
      'https://wıki.example.com/',
      'https://wiki.example.com/a/../b',
      'https://wiki.example.com/a/%2e%2E/b',
      'https://wiki.example.com/a%2fb',
      'https://wiki.example.com/a%5cb',
      'https://wiki.example.com/%252e%252e/b',
      'https://wiki.example.com//evil.test',
      'https://wiki.example.com/..;/x',
      'https://wiki.example.com/a|b',
      'https://wiki.example.com/x?a=\\@evil.test',
      'https://wiki.example.com/%0d%0aset-cookie:a=b',
      'https://tools.example.com/app',
      'https://tools.example.com:8443/',
      'https://tools.example.com:8443/application',
      'https://tools.example.com:8443/app%2f..',
      'https://tools.example.com:8443/app/../admin',
      'https://old.example.com/in',
      'https://old.example.com/in?x=1&y=2',
      'https://old.example.com/in/x?x=1',
      Buffer.from('https://evil.test/').toString('base64'),
      'aHR0cHM6Ly93aWtpLmV4YW1wbGUuY29tLw==!',
      'x'.repeat(5000),
    ]
    for (const sent of wrong) {
      const answer = await ada.get(login(sent))
      t.equal(answer.statusCode, 400, JSON.stringify(sent.slice(0, 80)))
      t.notOk(answer.headers.location)
      t.match(answer.body, 'belongs to no site that is known here')
      t.notOk(hiddenOf(answer).target, 'and it does not go along')
      const signedOff = await gatepass.get(`${issuer}/logout?target=${encodeURIComponent(sent)}`)
      t.equal(signedOff.statusCode, 200)
      t.notOk(signedOff.headers.location, 'nor from the sign-out')
      t.notMatch(signedOff.body, /evil|http-equiv/)
      const posted = await new Person(gatepass).jar().post({
        url: login(),
        form: { username: 'ada', password: PASSWORD, target: sent },
      })
      t.equal(posted.statusCode, 400)
      t.notOk(posted.headers.location ?? posted.headers['set-cookie']?.includes('gatepass_account'))
    }
    for (const twice of [`${login(target)}&target=https://evil.test/`, `${issuer}/login?target[]=x`]) {
      const answer = await ada.get(twice)
      t.notMatch(answer.headers.location, /evil|ssoToken/)
    }
    for (const right of [
      'https://wiki.example.com',
      'https://tools.example.com:8443/app/x',
      'https://old.example.com/in?x=1',
    ])
      t.equal((await ada.get(login(right))).statusCode, 302, right)
  })

  t.test('signing somebody in as somebody else: forms of other pages and other browsers', async t => {
    const own = new Person(gatepass)
    const page = await own.get(login(target))
    const form: Record<string, string> = { ...hiddenOf(page), username: 'eve', password: PASSWORD }
    const send = (from: Person, headers: Record<string, string>, fields = form) =>
      from.jar().post({ url: login(), form: fields, headers })
    for (const headers of [
      { origin: 'https://evil.test' },
      { origin: 'null' },
      { origin: `${issuer}.evil.test` },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      const answer = await send(own, headers)
      t.equal(answer.statusCode, 403, JSON.stringify(headers))
      t.notMatch(String(answer.headers['set-cookie'] ?? ''), 'gatepass_account')
    }
    t.match(await gatepass.lastStep(), { reason: 'login_forged' })
    const { form_token: _, ...without } = form
    t.equal((await send(own, { origin: issuer }, without)).statusCode, 403, 'no token')
    t.equal((await send(new Person(gatepass), { origin: issuer })).statusCode, 403, "another browser's token")
    t.equal((await send(own, { origin: issuer })).statusCode, 302)
  })

  t.test('enumeration: the same words, the same status, whoever it is', async t => {
    const stripped = (body: string) =>
      body.replace(/name="form_token" value="[^"]*"/, '').replace(/ada|bob/g, 'X')
    const refused = async (username: string) => {
      const answer = await new Person(gatepass).signIn(username, target, 'not this one at all')
      return {
        status: answer.statusCode,
        body: stripped(answer.body),
        headers: Object.keys(answer.headers).sort(),
      }
    }
    t.same(await refused('bob'), await refused('ada'))
    t.equal((await refused('bob')).status, 403)
    t.match(await gatepass.lastStep(), { outcome: 'failed', projectId: acme.id })
  })

  t.test('guessing: the eleventh is told to wait, in words and in Retry-After', async t => {
    const browser = new Person(gatepass)
    const page = await browser.get(login(target))
    let last = await browser.send(page, { username: 'eve', password: 'x' })
    for (let guess = 0; guess < 10; guess++)
      last = await browser.send(page, { username: 'eve', password: 'x' })
    t.equal(last.statusCode, 429)
    t.match(last.body, 'Wait 15 minutes, then try again.')
    t.equal(last.headers['retry-after'], '900')
    t.equal(
      (await browser.send(page, { username: 'eve', password: PASSWORD })).statusCode,
      429,
      'right or not',
    )
    gatepass.clock.seconds(900)
    t.equal((await browser.signIn('eve', target)).statusCode, 302)
  })

  t.test('session fixation: a new session at each sign-in, and what was there is worth nothing', async t => {
    const browser = new Person(gatepass)
    browser.jar().set('gatepass_account', 'A'.repeat(43))
    await browser.signIn('ada', target)
    const first = browser.jar().value('gatepass_account')!
    t.not(first, 'A'.repeat(43))
    const sent = await browser.get(login(target))
    const old = new Person(gatepass)
    old.jar().set('gatepass_account', first)
    // Signing in again begins at a project's page, where prompt=login asks.
    const page = await browser.get(`${issuer}/login/acme?prompt=login`)
    await browser.send(page, { username: 'ada', password: PASSWORD })
    t.not(browser.jar().value('gatepass_account'), first)
    t.equal((await old.get(login(target))).statusCode, 200, 'the one before is over')
    t.equal((await user(gatepass, tokenIn(sent))).statusCode, 200, 'what it had opened goes on')
    const other = await browser.get(`${issuer}/login/acme?prompt=login`)
    await browser.send(other, { username: 'eve', password: PASSWORD })
    t.equal((await user(gatepass, tokenIn(sent))).statusCode, 401, 'unless somebody else signs in')
  })

  t.test('cookie tossing: two session cookies are refused, and a forged one is nobody', async t => {
    const ada = new Person(gatepass)
    await ada.signIn('ada')
    const own = ada.jar().value('gatepass_account')!
    const cookie = `gatepass_account=${own}; gatepass_account=${'A'.repeat(43)}`
    for (const url of [login(target), `${issuer}/login/acme`, `${issuer}/logout`, `${issuer}/account`])
      t.equal((await gatepass.get(url, { cookie })).statusCode, 400, url)
    t.equal((await ada.get(`${issuer}/account`)).statusCode, 200, 'nothing has ended')
    const longer = `gatepass_account=${own}; gatepass_account_of_others=${'A'.repeat(43)}`
    t.equal((await gatepass.get(`${issuer}/account`, { cookie: longer })).statusCode, 200)
    const served = await startApp(t, { GATEPASS_URL: 'https://id.test' })
    const page = await served.app.inject({ url: 'https://id.test/login' })
    t.match(
      page.headers['set-cookie'],
      /^__Host-gatepass_visitor=[\w-]{43}; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$/,
    )
  })

  t.test('tokens: too late, of another origin, of nobody, and none in the database or the log', async t => {
    const ada = new Person(gatepass)
    const token = async () => tokenIn(await ada.get(login(target)))
    await ada.signIn('ada')
    const late = await token()
    gatepass.clock.seconds(60)
    t.same((await user(gatepass, late)).json(), { error: 'invalid_session' })
    const soon = await token()
    gatepass.clock.seconds(59)
    t.equal((await user(gatepass, soon, { origin: 'https://evil.test' })).statusCode, 401)
    t.equal((await user(gatepass, soon, { origin: 'https://wiki.example.com' })).statusCode, 200)
    gatepass.clock.seconds(600)
    t.equal((await user(gatepass, soon)).statusCode, 200, 'used once, it names the session')
    for (const wrong of ['', 'x', `${soon}=`, soon.slice(1), ` ${soon}`, `${soon}&ssoToken=${soon}`]) {
      const answer = await user(gatepass, wrong)
      t.equal(answer.statusCode, wrong === ` ${soon}` ? 401 : 401, JSON.stringify(wrong))
    }
    t.equal((await gatepass.get(`${issuer}/user?ssoToken=${soon}&ssoToken=${soon}`)).statusCode, 401)
    t.equal((await gatepass.get(`${issuer}/user`)).statusCode, 401)
    t.equal(
      (await gatepass.get(`${issuer}/user?ssoToken=${ada.jar().value('gatepass_account')}`)).statusCode,
      401,
    )
    const rows = JSON.stringify(await gatepass.database.read.selectFrom('sso_tokens').selectAll().execute())
    t.notMatch(rows, soon)
    t.notMatch(gatepass.log(), soon)
    t.notMatch(gatepass.log(), PASSWORD)
  })

  t.test('links to /logout on other pages: asked first, but not who comes from a site', async t => {
    const ada = new Person(gatepass)
    await ada.signIn('ada')
    const token = tokenIn(await ada.get(login(target)))
    const crossSite = { 'sec-fetch-site': 'cross-site' }
    for (const headers of [
      crossSite,
      { ...crossSite, referer: 'https://evil.test/' },
      { origin: 'null' },
    ] as Record<string, string>[]) {
      const asked = await ada.get(`${issuer}/logout`, headers)
      t.match(asked.body, 'Sign out?')
      t.match(asked.body, /<form method="post" action="\/logout">/)
    }
    const eve = new Person(gatepass)
    const eves = tokenIn(await eve.signIn('eve', target))
    t.match(
      (await ada.get(`${issuer}/logout?ssoToken=${eves}`, crossSite)).body,
      'Sign out?',
      'a token proves its own session alone',
    )
    t.equal((await user(gatepass, eves)).statusCode, 200)
    t.equal((await user(gatepass, token)).statusCode, 200)
    const evil = await ada.get(`${issuer}/logout?target=https://evil.test/`)
    t.equal(evil.statusCode, 200, 'nobody is sent there')
    t.equal((await user(gatepass, token)).statusCode, 401)
    await ada.signIn('ada')
    const from = { ...crossSite, referer: 'https://wiki.example.com/' }
    const away = await ada.get(`${issuer}/logout?target=${encodeURIComponent(target)}`, from)
    t.equal(away.headers.location, target)
    await ada.signIn('ada')
    const shown = tokenIn(await ada.get(login(target)))
    t.match((await ada.get(`${issuer}/logout?ssoToken=${shown}`, crossSite)).body, 'You are signed out')
    await ada.signIn('ada')
    const question = await ada.get(`${issuer}/logout`, crossSite)
    t.match((await ada.send(question, {})).body, 'You are signed out')
    t.equal((await ada.get(`${issuer}/account`)).headers.location, '/login')
  })

  t.test('a password that is reset while it is compared opens nothing and changes nothing', async t => {
    const { id } = await person(gatepass, 'grace', [acme])
    const [grace, here] = [new Person(gatepass), new Person(gatepass)]
    await here.signIn('grace')
    const account = await here.get(`${issuer}/account`)
    const form = await grace.get(login(target))
    /** Another one is hers from now on, by the time that the attempt is answered. */
    const whileResetting = async (password: string, attempt: Parameters<typeof whileComparing>[1]) => {
      const password_hash = await hashPassword(password)
      return await whileComparing(gatepass, attempt, () =>
        gatepass.database.write(tx =>
          tx.updateTable('accounts').set({ password_hash }).where('id', '=', id).execute(),
        ),
      )
    }
    const [second, third, intruders] = [
      'the second of her words',
      'the third of her words',
      'not one of hers',
    ] as const
    const sent = await whileResetting(second, () =>
      grace.send(form, { username: 'grace', password: PASSWORD }),
    )
    t.equal(sent.statusCode, 403)
    t.match(await gatepass.lastStep(), { outcome: 'failed', reason: 'account_changed' })
    t.equal((await grace.get(`${issuer}/account`)).headers.location, '/login')

    const fields = { current: second, password: intruders, repeated: intruders }
    const changed = await whileResetting(third, () =>
      here.send(account, fields, undefined, '/account/change-password'),
    )
    t.equal(changed.statusCode, 403)
    t.equal((await grace.signIn('grace', undefined, intruders)).statusCode, 403)
    t.equal((await grace.signIn('grace', undefined, third)).statusCode, 303)
  })

  t.test('refusals without end: sixty of one address in a minute stand in the timeline', async t => {
    const closed = await projectOfAccounts(gatepass, 'closed', { jwtEnabled: false })
    const steps = () => gatepass.count('attempt_steps')
    for (const [index, path] of [
      '/user?ssoToken=x',
      '/login?target=https://evil.test/',
      `/login/${acme.slug}?prompt=none`,
      `/login/${closed.slug}`,
    ].entries()) {
      const before = await steps()
      const remoteAddress = `198.51.100.${index}`
      for (let asked = 0; asked < 70; asked++)
        await gatepass.app.inject({ url: issuer + path, remoteAddress })
      t.equal((await steps()) - before, 60, path)
    }
  })

  t.test('prefetch and HEAD sign nobody in or out', async t => {
    const ada = new Person(gatepass)
    await ada.signIn('ada')
    for (const path of [`/login?target=${target}`, '/login/acme', '/logout']) {
      t.equal((await ada.get(issuer + path, { 'sec-purpose': 'prefetch' })).statusCode, 403, path)
      const cookie = `gatepass_account=${ada.jar().value('gatepass_account')}`
      const head = await gatepass.app.inject({ method: 'HEAD', url: issuer + path, headers: { cookie } })
      t.ok(head.statusCode >= 400 && !head.headers.location, path)
    }
    t.equal((await ada.get(`${issuer}/account`)).statusCode, 200)
  })
})
