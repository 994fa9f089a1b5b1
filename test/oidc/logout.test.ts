// RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0): signed out where one asked for it, and sent nowhere else.
import t from 'tap'
import { deliveryOf, readLogoutToken, startRelyingParty } from '../relying-party.ts'
import { issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'
import { type Browser, browser, register, requestOf, signedOutUri, tokensFor } from './world.ts'

const logoutUrl = (parameters: Record<string, string>) => {
  const url = new URL(`${issuer}/oauth/logout`)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}

async function signedIn(gatepass: TestApp, project: TestProject) {
  const made = await register(gatepass, project)
  const tab = browser(gatepass)
  const tokens = await tokensFor(gatepass, project, made, tab)
  return { made, tab, hint: tokens.id_token!, accessToken: tokens.access_token! }
}

/** Where a page leads on by itself. */
function goesOnTo(body: string): string | undefined {
  const [, url] = /<meta http-equiv="refresh" content="\d+; ?url=([^"]*)"/i.exec(body) ?? []
  return url?.replaceAll('&amp;', '&').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
}

/** Whether the browser still has its central session. */
async function isSignedIn(tab: Browser, clientId: string): Promise<boolean> {
  return (await tab.go(requestOf(clientId, { prompt: 'none' }))).url.searchParams.has('code')
}

t.test('works', async t => {
  t.test('with the ID token as a hint: signed out at once, by GET and by POST', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const method of ['GET', 'POST']) {
      const { made, tab, hint, accessToken } = await signedIn(gatepass, acme)
      const form = { id_token_hint: hint, post_logout_redirect_uri: signedOutUri, state: 'a&b ü' }
      const { url } =
        method === 'GET' ? await tab.go(logoutUrl(form)) : await tab.post(`${issuer}/oauth/logout`, form)
      t.equal(url.origin + url.pathname, signedOutUri)
      t.same([...url.searchParams], [['state', 'a&b ü']])
      t.equal(await isSignedIn(tab, made.clientId), false)
      t.equal((await gatepass.userinfo(accessToken)).statusCode, 401)
    }
  })

  t.test('with a hint that has expired: it still says whose sign-in is meant', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tab = browser(gatepass)
    const { id_token: old = '' } = await tokensFor(gatepass, acme, made, tab, { scope: 'openid' })
    gatepass.clock.minutes(16)
    const { url } = await tab.go(logoutUrl({ id_token_hint: old, post_logout_redirect_uri: signedOutUri }))
    t.equal(url.href, signedOutUri)
  })

  t.test(
    'without state nothing is added; with state alone, or a hint alone, a page says goodbye',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const first = await signedIn(gatepass, acme)
      const back = { id_token_hint: first.hint, post_logout_redirect_uri: signedOutUri }
      t.equal((await first.tab.go(logoutUrl(back))).url.href, signedOutUri)
      const second = await signedIn(gatepass, acme)
      const { answer } = await second.tab.go(logoutUrl({ id_token_hint: second.hint, state: 'x' }))
      t.equal(answer!.statusCode, 200)
      t.match(answer!.body, 'You are signed out')
      t.equal(await isSignedIn(second.tab, second.made.clientId), false)
    },
  )

  t.test('without a hint the reader is asked, and signed out by their own answer', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const [parameters, end] of [
      [{}, undefined],
      [{ state: 'x' }, undefined],
      [{ post_logout_redirect_uri: signedOutUri, state: 'x' }, `${signedOutUri}?state=x`],
    ] as [Record<string, string>, string | undefined][]) {
      const { made, tab } = await signedIn(gatepass, acme)
      const asked = {
        ...parameters,
        ...(parameters.post_logout_redirect_uri && { client_id: made.clientId }),
      }
      const { answer } = await tab.go(logoutUrl(asked))
      t.equal(answer!.statusCode, 200)
      t.match(answer!.body, /<h1>Sign out\?<\/h1>/)
      t.equal(await isSignedIn(tab, made.clientId), true, 'a link alone signs nobody out')
      const fields = [...answer!.body.matchAll(/name="([^"]+)" value="([^"]*)"/g)]
      const form = Object.fromEntries(fields.map(([, name, value]) => [name!, value!]))
      const left = await tab.post(`${issuer}/oauth/logout`, form, { origin: issuer })
      // By the page, not by a redirect: browsers hold a form to form-action through its redirects.
      t.equal(left.answer!.statusCode, 200)
      t.equal(goesOnTo(left.answer!.body), end)
      t.equal(await isSignedIn(tab, made.clientId), false)
    }
  })

  t.test('with the ID token as a hint: every site of the sign-in is told by a logout token', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const tab = browser(gatepass)
    const sites = [await startRelyingParty(t), await startRelyingParty(t)]
    const opened = []
    for (const site of sites) {
      const made = await register(gatepass, acme, { backchannelLogoutUri: site.uri })
      opened.push({ made, site, tokens: await tokensFor(gatepass, acme, made, tab) })
    }
    const other = await register(gatepass, acme, { backchannelLogoutUri: sites[0]!.uri })
    const elsewhere = await tokensFor(gatepass, acme, other)
    await tab.go(logoutUrl({ id_token_hint: opened[0]!.tokens.id_token! }))
    await deliveryOf(gatepass).deliverDue()
    for (const { made, site, tokens } of opened) {
      t.equal(site.tokens().length, 1)
      const { claims } = await readLogoutToken(gatepass, site.tokens()[0]!, made.clientId)
      const { sub, sid } = JSON.parse(Buffer.from(tokens.id_token!.split('.')[1]!, 'base64url').toString())
      t.match(claims, { sub, sid })
      t.equal((await gatepass.userinfo(tokens.access_token!)).statusCode, 401)
    }
    t.equal(
      (await gatepass.userinfo(elsewhere.access_token!)).statusCode,
      200,
      'another browser stays signed in',
    )
  })

  t.test('nobody signed in: back at once, nothing to confirm', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const to = { client_id: made.clientId, post_logout_redirect_uri: signedOutUri }
    t.equal((await browser(gatepass).go(logoutUrl(to))).url.href, signedOutUri)
  })
})

t.test('refuses', async t => {
  t.test(
    'addresses that are not registered, hints that are none, parameters twice: a page, no redirect',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const { made, tab, hint, accessToken } = await signedIn(gatepass, acme)
      const other = await register(gatepass, acme, { postLogoutRedirectUris: ['https://other.example/bye'] })
      const addresses = [
        ...[
          '',
          `${signedOutUri}/`,
          `${signedOutUri}?foo=bar`,
          `${signedOutUri}#x`,
          'https://KB.example/signed-out',
        ],
        ...[
          'http://kb.example/signed-out',
          'https://kb.example:444/signed-out',
          'https://kb.example/Signed-out',
        ],
        ...['https://evil.example', '//evil.example', 'javascript:alert(1)', 'https://other.example/bye'],
        ...['https://kb.example/callback', `${signedOutUri}${'x'.repeat(5000)}`],
      ]
      const wrong: Record<string, string>[] = [
        ...addresses.map(uri => ({ id_token_hint: hint, post_logout_redirect_uri: uri })),
        { post_logout_redirect_uri: signedOutUri },
        { post_logout_redirect_uri: signedOutUri, client_id: 'site_nobody' },
        { post_logout_redirect_uri: signedOutUri, client_id: other.clientId },
        { id_token_hint: hint, client_id: other.clientId },
        ...['x', '', `${hint}x`, `${hint}=`, hint.slice(0, -3), accessToken, 'a.b.c', 'x'.repeat(9000)].map(
          bad => ({
            id_token_hint: bad,
            client_id: made.clientId,
            post_logout_redirect_uri: signedOutUri,
          }),
        ),
      ]
      for (const parameters of wrong) {
        const why = JSON.stringify(parameters).slice(0, 90)
        const { url, answer } = await tab.go(logoutUrl(parameters))
        t.equal(answer?.statusCode, 400, `${why}: ${url.href.slice(0, 60)}`)
        t.match(answer?.headers['content-type'], /^text\/html/, why)
      }
      const twice = logoutUrl({ id_token_hint: hint, post_logout_redirect_uri: signedOutUri })
      twice.searchParams.append('post_logout_redirect_uri', 'https://evil.example')
      t.equal((await tab.go(twice)).answer!.statusCode, 400)
      t.equal(await isSignedIn(tab, made.clientId), true, 'and nobody was signed out')
      t.equal((await gatepass.userinfo(accessToken)).statusCode, 200)
    },
  )

  t.test('a fetch ahead signs nobody out', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { tab, hint, made } = await signedIn(gatepass, acme)
    const cookie = [...tab.jar('id.test')].map(pair => pair.join('=')).join('; ')
    const ahead = { 'sec-purpose': 'prefetch', cookie }
    t.equal((await gatepass.get(logoutUrl({ id_token_hint: hint }).href, ahead)).statusCode, 403)
    t.equal(await isSignedIn(tab, made.clientId), true)
  })
})

t.test('resists', async t => {
  t.test('another site’s form, or none that says where it comes from: only the page that asks', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { made, tab } = await signedIn(gatepass, acme)
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${issuer}.evil` },
    ]) {
      const { answer } = await tab.post(`${issuer}/oauth/logout`, {}, headers as Record<string, string>)
      t.equal(answer!.statusCode, 200)
      t.match(answer!.body, /<h1>Sign out\?<\/h1>/)
    }
    t.equal(await isSignedIn(tab, made.clientId), true)
  })

  t.test('a hint of somebody else’s sign-in does not sign this browser out', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const far = await gatepass.project({ slug: 'far' })
    const mine = await signedIn(gatepass, acme)
    const theirs = await signedIn(gatepass, acme)
    const foreign = await signedIn(gatepass, far)
    for (const { hint } of [theirs, foreign]) {
      const { answer } = await mine.tab.go(logoutUrl({ id_token_hint: hint }))
      t.match(answer!.body, /<h1>Sign out\?<\/h1>/)
      t.equal(await isSignedIn(mine.tab, mine.made.clientId), true)
    }
    await mine.tab.post(`${issuer}/oauth/logout`, { id_token_hint: theirs.hint }, { origin: issuer })
    t.equal(await isSignedIn(mine.tab, mine.made.clientId), false, 'but for the reader’s own answer')
    t.equal(
      (await gatepass.userinfo(theirs.accessToken)).statusCode,
      200,
      'and the other one stays signed in',
    )
  })

  t.test('what the link brings along is text on the page, never markup', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { tab } = await signedIn(gatepass, acme)
    const hostile = '"><script>alert(1)</script>'
    const { answer } = await tab.go(logoutUrl({ state: hostile, [hostile]: hostile }))
    t.equal(answer!.statusCode, 200)
    t.notMatch(answer!.body, '<script')
  })
})
