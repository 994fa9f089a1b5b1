// Readers of a project sign in at a real OpenID provider, oidc-provider from npm.
import t from 'tap'
import { updateProject } from '../../../src/projects/update-project.ts'
import { Jar } from '../../jar.ts'
import { browser, register, requestOf } from '../../oidc/world.ts'
import { issuer } from '../../start-app.ts'
import { addProvider } from '../providers.ts'
import { leave, signInBy, startPuppet, withRealProvider } from './world.ts'

t.test('works', async t => {
  t.test('from the site to the provider and back, bound to the browser all the way', async t => {
    const { gatepass, acme, provider } = await withRealProvider(t)
    const { jar, answer, returned, back } = await signInBy(gatepass, acme, provider)
    t.equal(answer.statusCode, 302, answer.body)
    t.equal(answer.headers.location, `${acme.siteUrl}/docs/x`)
    t.equal(returned.headers['referrer-policy'], 'no-referrer')
    t.equal(new URL(back).searchParams.get('iss'), provider.issuer)
    t.same(
      jar.names().filter(name => name.includes('upstream')),
      [],
      'the cookie of the sign-in is gone',
    )

    const asked = provider.lastRequest!
    t.equal(asked.get('scope'), 'openid profile email')
    t.equal(asked.get('response_type'), 'code')
    t.equal(asked.get('code_challenge_method'), 'S256')
    for (const name of ['state', 'nonce', 'code_challenge']) t.match(asked.get(name)!, /^[\w-]{43}$/, name)

    const me = (await jar.get(`${acme.siteUrl}/gate/userinfo`)).json()
    t.match(me, { email: 'ada@example.com', given_name: 'Ada', family_name: 'Lovelace' })
    const steps = await gatepass.steps()
    t.equal(new Set(steps.map(({ traceId }) => traceId)).size, 1, 'one attempt')
    t.same(steps.map(({ step, outcome }) => `${step} ${outcome}`).reverse(), [
      'redirect passed',
      'provider passed',
      'code passed',
      'swap passed',
    ])
    const [reader] = await gatepass.database.read.selectFrom('readers').selectAll().execute()
    t.equal(reader!.external_id, `${provider.issuer} ada`)
  })

  t.test('by the secret in the body, by PKCE alone, and with claims in the ID token alone', async t => {
    for (const [method, settings] of [
      ['client_secret_basic', {}],
      ['client_secret_post', { secretInBody: true }],
      ['none', {}],
    ] as const) {
      const client = { token_endpoint_auth_method: method }
      const world = await withRealProvider(t, settings, client, { inIdToken: true })
      const { answer, jar } = await signInBy(world.gatepass, world.acme, world.provider)
      t.equal(answer.statusCode, 302, method)
      t.equal((await jar.get(`${world.acme.siteUrl}/gate/userinfo`)).json().email, 'ada@example.com')
      t.notOk(world.provider.asked.includes('GET /me'), 'userinfo is asked only for what is missing')
    }
  })

  t.test('groups are mapped, and those that mean nothing here passed over', async t => {
    const { gatepass, acme, provider } = await withRealProvider(t, {
      groupsClaim: 'groups',
      groupMap: { Staff: 'team', Admins: 'team', Everybody: 'elsewhere' },
    })
    await gatepass.group(acme, 'team')
    const { jar } = await signInBy(gatepass, acme, provider)
    t.same((await jar.get(`${acme.siteUrl}/gate/userinfo`)).json().groups, ['team'])
  })

  t.test('names out of the claims that the settings name, also inside of others', async t => {
    const { gatepass, acme, provider } = await withRealProvider(t, {
      usernameClaim: 'sub',
      firstNameClaim: 'family_name',
      lastNameClaim: 'given_name',
      emailClaim: 'sub',
    })
    const { jar } = await signInBy(gatepass, acme, provider)
    const me = (await jar.get(`${acme.siteUrl}/gate/userinfo`)).json()
    t.match(me, { preferred_username: 'ada', given_name: 'Lovelace', family_name: 'Ada' })
    t.equal(me.email, undefined, 'email_verified does not speak of another claim')
  })

  t.test('an address that the provider has not made sure of is handed on by setting alone', async t => {
    for (const trustEmail of [false, true]) {
      const { gatepass, acme, provider } = await withRealProvider(t, { trustEmail })
      const jar = new Jar(gatepass.app)
      const start = await jar.get(`${issuer}/upstream/openid/acme/start?login_hint=eve`)
      const returned = await jar.get(await provider.visit(String(start.headers.location)))
      await jar.get(String(returned.headers.location))
      const me = (await jar.get(`${acme.siteUrl}/gate/userinfo`)).json()
      t.equal(me.email, trustEmail ? 'ada@example.com' : undefined)
    }
  })

  t.test('what an application asks for is handed on, max_age and its auth_time checked', async t => {
    const { gatepass, acme, provider } = await withRealProvider(t)
    const there = 'https://elsewhere.example'
    await updateProject(gatepass.rules, gatepass.actor, 'acme', { siteElsewhere: true, siteUrl: there })
    const made = await register(gatepass, acme)
    const hints = { login_hint: 'ada', ui_locales: 'fr-CA de', max_age: '600' }
    const tab = browser(gatepass)
    const away = await tab.go(requestOf(made.clientId, { ...hints, prompt: 'login' }))
    for (const [name, value] of Object.entries({ ...hints, prompt: 'login' }))
      t.equal(away.url.searchParams.get(name), value, name)
    const arrived = await tab.go(await provider.visit(away.url.href))
    t.ok(arrived.url.searchParams.get('code'), `back at the application: ${arrived.url}`)
    t.equal(arrived.url.searchParams.get('state'), 'the-state')
  })

  t.test('keys that the provider rotates, in the middle of the day', async t => {
    const { gatepass, acme, provider } = await withRealProvider(t)
    t.equal((await signInBy(gatepass, acme, provider)).answer.statusCode, 302)
    await provider.rotate()
    gatepass.clock.seconds(31)
    t.equal((await signInBy(gatepass, acme, provider)).answer.statusCode, 302)
    const asked = provider.asked.filter(each => /well-known|jwks/.test(each))
    t.same(asked, ['GET /.well-known/openid-configuration', 'GET /jwks', 'GET /jwks'], 'the rest is kept')
  })

  t.test('several providers: a page to choose on, in the language of the reader, and its links', async t => {
    const { gatepass, acme, provider } = await withRealProvider(t)
    const name = '<img src=x> & Co'
    const puppet = await startPuppet(t, gatepass, acme, {}, 'other')
    await gatepass.database.write(tx =>
      tx.updateTable('identity_providers').set({ name }).where('slug', '=', 'other').execute(),
    )
    await addProvider(gatepass, acme, 'google', { clientIds: ['x'] })
    await addProvider(
      gatepass,
      acme,
      'oidc',
      { issuer: 'http://x.test', clientIds: ['x'] },
      { slug: 'tokens' },
    )

    const jar = new Jar(gatepass.app)
    const start = String((await jar.get(`${acme.siteUrl}/docs/x`)).headers.location)
    const page = await jar.get(`${start}&ui_locales=de`)
    t.equal(page.statusCode, 200)
    t.match(page.headers['content-language'], 'de')
    t.match(page.body, '&#60;img src&#61;x&#62; &#38; Co')
    const links = [...page.body.matchAll(/href="(\/upstream[^"]+)"/g)].map(([, href]) =>
      href!.replaceAll('&#38;', '&').replaceAll('&#61;', '='),
    )
    t.equal(links.length, 2, 'only those at which one can sign in')
    const [toOther, toWork] = links.map(href => new URL(href, issuer).href)
    const back = await provider.visit(String((await jar.get(toWork!)).headers.location))
    const returned = await jar.get(back)
    t.equal(
      (await jar.get(String(returned.headers.location))).headers.location,
      `${acme.siteUrl}/docs/x`,
      'what the site asked for came along',
    )
    t.match((await jar.get(toOther!)).headers.location, puppet.issuer)
  })
})

t.test('refuses', async t => {
  t.test('a reader whom the provider sends back: a page with the way to begin again', async t => {
    const { gatepass, acme, provider } = await withRealProvider(t)
    provider.refuses = true
    const { answer } = await signInBy(gatepass, acme, provider)
    t.equal(answer.statusCode, 400)
    t.match(answer.body, /did not work/)
    t.match(answer.body, `href="${acme.siteUrl}/docs/x"`)
    const step = await gatepass.lastStep()
    t.match(step, { step: 'provider', reason: 'provider_refused', detail: { error: 'access_denied' } })
    t.match(answer.body, step.traceId, 'the page names the attempt that began at the site')
    t.equal(answer.headers['x-trace-id'], step.traceId)
  })

  t.test('a secret that the provider does not take', async t => {
    const { gatepass, acme, provider } = await withRealProvider(t, {}, { client_secret: 'another one' })
    const { answer } = await signInBy(gatepass, acme, provider)
    t.equal(answer.statusCode, 400)
    t.match(await gatepass.lastStep(), { reason: 'provider_secret_wrong' })
  })

  t.test('an answer that comes again, and the same answer in another browser', async t => {
    const { gatepass, acme, provider } = await withRealProvider(t)
    const away = await leave(new Jar(gatepass.app), acme)
    const stolen = await new Jar(gatepass.app).get(await provider.visit(away))
    t.equal(stolen.statusCode, 400)
    t.match(await gatepass.lastStep(), { reason: 'other_browser' })

    const { jar, back } = await signInBy(gatepass, acme, provider)
    t.equal((await jar.get(back)).statusCode, 400, 'its cookie is gone')
    const { jar: second, back: again } = await signInBy(gatepass, acme, provider, new Jar(gatepass.app))
    t.ok(second && again)
  })
})
