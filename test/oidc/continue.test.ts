// How a request goes on after the sign-in: one central session for several clients, several tabs, sites elsewhere; and
// everybody who must not be able to go on with it.
import t from 'tap'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { ada, issuer, startApp } from '../start-app.ts'
import { browser, comeBack, pkce, register, requestOf, signInThrough, swap, tokensFor } from './world.ts'

const eve = { emailId: 'eve@example.com', username: 'eve' }

t.test('works', async t => {
  t.test('one sign-in opens the site and every client; a second client asks for none', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const [one, two] = [await register(gatepass, acme), await register(gatepass, acme)]
    const foreign = await register(gatepass, other)
    const tab = browser(gatepass)
    await tokensFor(gatepass, acme, one, tab)
    const site = await tab.go(`${acme.siteUrl}/gate/userinfo`)
    t.equal(site.answer!.json().email, ada.emailId)
    const { url } = await tab.go(requestOf(two.clientId))
    const tokens = (await swap(gatepass, two, url.searchParams.get('code'))).json()
    t.equal((await gatepass.userinfo(tokens.access_token)).json().email, ada.emailId)
    const elsewhere = await tab.go(requestOf(foreign.clientId))
    t.ok(elsewhere.url.href.startsWith(other.loginUrl), 'another project has a sign-in of its own')
  })

  t.test('who is signed in at the site already is led on without the login page', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tab = browser(gatepass)
    await tab.go(`${acme.siteUrl}/jwt/authorize?code=${await gatepass.code(acme)}`)
    t.ok((await tab.go(requestOf(made.clientId))).url.searchParams.has('code'))
  })

  t.test(
    'prompt=login and select_account ask again, consent does not, and login_hint is passed on',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const elsewhere = await gatepass.project({ slug: 'far', siteElsewhere: true })
      const made = await register(gatepass, acme)
      const far = await register(gatepass, elsewhere)
      const tab = browser(gatepass)
      const authTime = async (answer: URL) => {
        const { id_token: token } = (await swap(gatepass, made, answer.searchParams.get('code'))).json()
        return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).auth_time
      }
      const first = await authTime(await signInThrough(gatepass, acme, requestOf(made.clientId), tab))
      gatepass.clock.seconds(7)
      for (const prompt of ['login', 'select_account', 'login consent']) {
        const { url } = await tab.go(requestOf(made.clientId, { prompt }))
        t.ok(url.href.startsWith(acme.loginUrl), prompt)
        t.equal(url.searchParams.get('prompt'), 'login', 'the login page is told, should it want to know')
      }
      const again = await signInThrough(gatepass, acme, requestOf(made.clientId, { prompt: 'login' }), tab)
      t.equal(await authTime(again), first + 7)
      const consent = await tab.go(requestOf(made.clientId, { prompt: 'consent' }))
      t.equal(await authTime(consent.url), first + 7)
      const hinted = await browser(gatepass).go(requestOf(far.clientId, { login_hint: 'ada@example.com' }))
      t.equal(hinted.url.searchParams.get('login_hint'), 'ada@example.com')
    },
  )

  t.test('two tabs: both requests end well, in any order, each with its own state', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const [one, two] = [await register(gatepass, acme), await register(gatepass, acme)]
    for (const order of ['first begun first', 'last begun first']) {
      const tab = browser(gatepass)
      const begun = [
        { made: one, state: 'first', at: await tab.go(requestOf(one.clientId, { state: 'first' })) },
        { made: two, state: 'second', at: await tab.go(requestOf(two.clientId, { state: 'second' })) },
      ]
      for (const { made, state, at } of order === 'first begun first' ? begun : begun.reverse()) {
        gatepass.clock.seconds(1)
        const { url } = await comeBack(gatepass, acme, at.url, tab)
        t.equal(url.searchParams.get('state'), state, order)
        t.equal((await swap(gatepass, made, url.searchParams.get('code'))).statusCode, 200)
      }
    }
  })

  t.test('many tabs: the five newest requests are kept', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tab = browser(gatepass)
    const first = await tab.go(requestOf(made.clientId))
    for (let more = 0; more < 5; more++) {
      gatepass.clock.seconds(1)
      await tab.go(requestOf(made.clientId))
    }
    t.equal([...tab.jar('id.test').keys()].filter(name => name.startsWith('gatepass_pending_')).length, 5)
    const late = await comeBack(gatepass, acme, first.url, tab)
    t.equal(late.answer!.statusCode, 400)
    t.ok(
      (await tab.go(requestOf(made.clientId))).url.searchParams.has('code'),
      'and starting again is enough',
    )
  })

  t.test('a site elsewhere: the login endpoint brings the code to the identity server', async t => {
    const gatepass = await startApp(t)
    const far = await gatepass.project({ siteElsewhere: true })
    const made = await register(gatepass, far)
    const echoes = (login: URL) => ({
      state: login.searchParams.get('state'),
      codeChallenge: login.searchParams.get('code_challenge'),
      codeChallengeMethod: login.searchParams.get('code_challenge_method'),
    })
    for (const payload of [() => ({}), echoes]) {
      const tab = browser(gatepass)
      const { url } = await tab.go(requestOf(made.clientId))
      const code = await gatepass.code(far, payload(url))
      const answer = await tab.go(`${issuer}/jwt/authorize?code=${code}`)
      t.equal(answer.url.searchParams.get('state'), 'the-state')
      t.equal((await swap(gatepass, made, answer.url.searchParams.get('code'))).statusCode, 200)
      t.ok((await tab.go(requestOf(made.clientId, { prompt: 'none' }))).url.searchParams.has('code'))
    }
    const nobody = browser(gatepass)
    const code = await gatepass.code(far)
    const on = await nobody.go(`${issuer}/jwt/authorize?code=${code}`, at => at.host === 'acme.test')
    t.equal(
      on.url.href,
      `${far.siteUrl}/jwt/authorize?code=${code}`,
      'without a request it is sent on, unspent',
    )
    t.equal((await gatepass.swap(far, code)).statusCode, 200)
  })

  t.test('a site elsewhere and two tabs: a bound code answers the request that it was made for', async t => {
    const gatepass = await startApp(t)
    const far = await gatepass.project({ siteElsewhere: true })
    const made = await register(gatepass, far)
    const tab = browser(gatepass)
    const begun = []
    for (const state of ['first', 'second']) {
      begun.push({ state, url: (await tab.go(requestOf(made.clientId, { state }))).url })
      gatepass.clock.seconds(1)
    }
    for (const { state, url } of begun) {
      const code = await gatepass.code(far, {
        codeChallenge: url.searchParams.get('code_challenge'),
        codeChallengeMethod: 'S256',
      })
      const answer = await tab.go(`${issuer}/jwt/authorize?code=${code}`)
      t.equal(answer.url.searchParams.get('state'), state)
    }
  })

  t.test('a newer sign-in in the same browser takes over what the one before had opened', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const [one, two] = [await register(gatepass, acme), await register(gatepass, acme)]
    const tab = browser(gatepass)
    const first = await tokensFor(gatepass, acme, one, tab)
    gatepass.clock.seconds(1)
    const second = await tokensFor(gatepass, acme, two, tab, { prompt: 'login' })
    t.equal((await gatepass.userinfo(first.access_token!)).statusCode, 200, 'it goes on')
    const sessions = await gatepass.database.read
      .selectFrom('sessions')
      .select(['kind', 'central_key', 'key', 'ended_at'])
      .execute()
    const central = sessions.filter(each => each.kind === 'central' && each.ended_at === null)
    t.equal(central.length, 1)
    const tokens = sessions.filter(each => each.kind === 'tokens')
    t.equal(tokens.length, 2)
    for (const each of tokens) t.same(each.central_key, central[0]!.key, 'so that one sign-off reaches both')
    t.ok(second.id_token)
  })

  t.test('the same at a site elsewhere; and another reader’s sign-in ends what was there', async t => {
    const gatepass = await startApp(t)
    const far = await gatepass.project({ siteElsewhere: true })
    const made = await register(gatepass, far)
    const tab = browser(gatepass)
    const signIn = async (payload: Record<string, unknown> = {}) => {
      gatepass.clock.seconds(1)
      await tab.go(requestOf(made.clientId, { prompt: 'login' }))
      const { url } = await tab.go(`${issuer}/jwt/authorize?code=${await gatepass.code(far, payload)}`)
      return (await swap(gatepass, made, url.searchParams.get('code'))).json().access_token
    }
    const [first, second] = [await signIn(), await signIn()]
    t.equal((await gatepass.userinfo(first)).statusCode, 200)
    const third = await signIn(eve)
    for (const token of [first, second]) t.equal((await gatepass.userinfo(token)).statusCode, 401)
    t.equal((await gatepass.userinfo(third)).json().email, eve.emailId)
  })
})

t.test('refuses', async t => {
  t.test('a request that waited for 15 minutes, or was answered already', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tab = browser(gatepass)
    const late = await tab.go(requestOf(made.clientId))
    gatepass.clock.minutes(15)
    const over = await comeBack(gatepass, acme, late.url, tab)
    t.equal(over.answer!.statusCode, 400)
    t.match(over.answer!.body, /took too long/)

    const again = browser(gatepass)
    const { url } = await again.go(requestOf(made.clientId))
    const back = await comeBack(gatepass, acme, url, again)
    t.ok(back.url.searchParams.has('code'))
    const twice = await again.go(acme.siteUrl + url.searchParams.get('RedirectPath'))
    t.equal(twice.answer!.statusCode, 400, 'Back after the end is told so')
    t.equal(await gatepass.count('codes'), 3)
  })

  t.test('made-up authorizations and tickets, missing, repeated, oversized', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tab = browser(gatepass)
    const { url } = await tab.go(requestOf(made.clientId))
    const id = new URL(url.searchParams.get('RedirectPath')!, issuer).searchParams.get('authorization')!
    const other = 'A'.repeat(43)
    const queries = [
      ...['', `authorization=${id}`, `authorization=${id}&ticket=`, `authorization=${id}&ticket=${other}`],
      ...[
        `authorization=${id}&authorization=${id}&ticket=${other}`,
        `ticket=${other}`,
        `authorization=${other}&ticket=${other}`,
      ],
      ...[
        `authorization=${'A'.repeat(9000)}`,
        `authorization=${id}=&ticket=${other}`,
        'authorization[]=x',
        'authorization=%00',
      ],
    ]
    for (const query of queries) {
      const { answer } = await tab.go(`${issuer}/oauth/continue?${query}`)
      t.equal(answer!.statusCode, 400, query.slice(0, 60))
    }
    const cookie = await gatepass.signIn(acme)
    for (const query of [
      '',
      'authorization=',
      `authorization=${other}`,
      `authorization=${id}x`,
      `authorization=${id}&authorization=${id}`,
    ]) {
      const response = await gatepass.get(`${acme.siteUrl}/gate/continue?${query}`, { cookie })
      t.equal(response.statusCode, 400, query)
      t.equal(response.headers.location, undefined)
    }
    for (const query of ['', 'code=', 'code=x', `code=${other}`, `code=${other}&code=${other}`]) {
      const response = await gatepass.get(`${issuer}/jwt/authorize?${query}`)
      t.equal(response.statusCode, 400, query)
    }
  })
})

t.test('resists', async t => {
  t.test(
    'the lure: the attacker’s request, opened by a victim who is signed in, completes nowhere',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const made = await register(gatepass, acme)
      const [attacker, victim] = [browser(gatepass), browser(gatepass)]
      await signInThrough(gatepass, acme, requestOf(made.clientId), victim)
      const codes = await gatepass.count('codes')

      const { url } = await attacker.go(requestOf(made.clientId))
      const lure = acme.siteUrl + url.searchParams.get('RedirectPath')
      const lured = await victim.go(lure)
      t.equal(lured.url.pathname, '/oauth/continue')
      t.equal(lured.answer!.statusCode, 400, 'not in the victim’s browser')
      t.equal(lured.answer!.headers['referrer-policy'], 'same-origin')
      t.equal(await gatepass.count('codes'), codes)

      const id = new URL(lure).searchParams.get('authorization')
      for (const ticket of ['', 'A'.repeat(43)]) {
        const { answer } = await attacker.go(`${issuer}/oauth/continue?authorization=${id}&ticket=${ticket}`)
        t.equal(answer!.statusCode, 400, 'nor in the attacker’s, who has no ticket')
      }
      const own = await attacker.go(lure)
      t.ok(own.url.href.startsWith(acme.loginUrl), 'who has to sign in like everybody')
      const step = (await gatepass.steps()).find(({ reason }) => reason === 'other_browser')
      t.equal(step?.projectId, acme.id)
    },
  )

  t.test(
    'a ticket that was stolen is worth nothing in another browser, and the request stays good',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const made = await register(gatepass, acme)
      const [tab, thief] = [browser(gatepass), browser(gatepass)]
      const { url } = await tab.go(requestOf(made.clientId))
      const code = await gatepass.code(acme)
      const landing = encodeURIComponent(url.searchParams.get('RedirectPath')!)
      const atDoor = (at: URL) => at.pathname === '/oauth/continue'
      const stamped = await tab.go(
        `${acme.siteUrl}/jwt/authorize?code=${code}&redirectUrl=${landing}`,
        atDoor,
      )
      t.ok(stamped.url.searchParams.has('ticket'))
      await thief.go(requestOf(made.clientId))
      t.equal((await thief.go(stamped.url)).answer!.statusCode, 400)
      const ahead = await gatepass.get(stamped.url.href, {
        'sec-purpose': 'prefetch',
        cookie: [...tab.jar('id.test')].map(pair => pair.join('=')).join('; '),
      })
      t.equal(ahead.statusCode, 403, 'nor does a fetch ahead spend it')
      t.ok((await tab.go(stamped.url)).url.searchParams.has('code'))
      t.equal((await tab.go(stamped.url)).answer!.statusCode, 400, 'once')
    },
  )

  t.test('a ticket counts only while the session that it stands for lives', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tab = browser(gatepass)
    const { url } = await tab.go(requestOf(made.clientId))
    const landing = encodeURIComponent(url.searchParams.get('RedirectPath')!)
    const callback = `${acme.siteUrl}/jwt/authorize?code=${await gatepass.code(acme)}&redirectUrl=${landing}`
    const stamped = await tab.go(callback, at => at.pathname === '/oauth/continue')
    await tab.go(`${acme.siteUrl}/logout`)
    t.equal((await tab.go(stamped.url)).answer!.statusCode, 400)
  })

  t.test('a code that was pushed for another browser’s request, at the identity server', async t => {
    const gatepass = await startApp(t)
    const far = await gatepass.project({ siteElsewhere: true })
    const made = await register(gatepass, far)
    const [attacker, victim] = [browser(gatepass), browser(gatepass)]
    const theirs = await attacker.go(requestOf(made.clientId))
    await victim.go(requestOf(made.clientId))
    const code = await gatepass.code(far, {
      ...eve,
      codeChallenge: theirs.url.searchParams.get('code_challenge'),
      codeChallengeMethod: 'S256',
    })
    const fed = await victim.go(`${issuer}/jwt/authorize?code=${code}`, at => at.host === 'acme.test')
    t.equal(fed.answer, undefined, 'is not taken for the victim’s own')
    t.equal(await gatepass.count('sessions'), 0)
    const own = await attacker.go(`${issuer}/jwt/authorize?code=${code}`)
    t.ok(own.url.searchParams.has('code'), 'and it was not spent')
  })

  t.test('central sessions of a blocked reader, planted twice, or under another project’s name', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const made = await register(gatepass, acme)
    const foreign = await register(gatepass, other)
    const tab = browser(gatepass)
    await signInThrough(gatepass, acme, requestOf(made.clientId), tab)
    const [[name, value] = ['', '']] = [...tab.jar('id.test')].filter(([each]) =>
      each.startsWith('gatepass_central_'),
    )
    const ask = async (clientId: string, cookie: string) => {
      const { location } = (await gatepass.get(requestOf(clientId, { prompt: 'none' }).href, { cookie }))
        .headers
      return new URL(location!).searchParams.get('error')
    }
    t.equal(await ask(made.clientId, `${name}=${value}`), null)
    const otherName = `gatepass_central_${other.id.replaceAll('-', '')}`
    t.equal(await ask(foreign.clientId, `${otherName}=${value}`), 'login_required')
    t.equal(await ask(made.clientId, `${otherName}=${value}`), 'login_required')
    t.equal(await ask(made.clientId, `${name}=${value}; ${name}=${value}`), 'login_required')
    t.equal(await ask(made.clientId, `${name}=${value}x`), 'login_required')
    const site = (await gatepass.signIn(acme)).split('=')[1]!
    t.equal(
      await ask(made.clientId, `${name}=${site}`),
      'login_required',
      'the site’s session is another kind',
    )
    t.equal(
      (await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie: `gatepass=${value}` })).statusCode,
      401,
      'and the other way round',
    )
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader: ada.emailId, blocked: true })
    t.equal(await ask(made.clientId, `${name}=${value}`), 'login_required')
  })

  t.test('nothing that is secret is in the log, the timeline or the database, after all of it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tab = browser(gatepass)
    const { verifier, asked } = pkce()
    const { url } = await tab.go(
      requestOf(made.clientId, { ...asked, scope: 'openid offline_access', nonce: 'n' }),
    )
    const pending = [...tab.jar('id.test').values()]
    const code = await gatepass.code(acme)
    const landing = encodeURIComponent(url.searchParams.get('RedirectPath')!)
    const callback = `${acme.siteUrl}/jwt/authorize?code=${code}&redirectUrl=${landing}`
    const stamped = await tab.go(callback, at => at.pathname === '/oauth/continue')
    const answer = await tab.go(stamped.url)
    const granted = answer.url.searchParams.get('code')!
    const tokens = (await swap(gatepass, made, granted, { code_verifier: verifier })).json()
    await swap(gatepass, made, granted, { code_verifier: verifier })
    await tab.go(`${issuer}/oauth/logout?id_token_hint=${tokens.id_token}`)
    const secrets = [
      ...[made.clientSecret!, code, granted, verifier, stamped.url.searchParams.get('ticket')!],
      ...[tokens.access_token, tokens.id_token, tokens.refresh_token],
      ...pending,
      ...tab.jar('id.test').values(),
    ].filter(secret => secret !== '')
    const { runner } = gatepass.database.read
    const tables = await gatepass.database.read.introspection.getTables()
    t.ok(tables.length > 20)
    let everything = gatepass.log()
    for (const { name } of tables) {
      const rows = (await runner.all(`SELECT * FROM "${name}"`, [])) as Record<string, unknown>[]
      everything += JSON.stringify(rows, (_, value) =>
        value?.type === 'Buffer' ? Buffer.from(value.data).toString('base64url') : value,
      )
    }
    t.ok(secrets.length >= 9)
    for (const secret of secrets) t.notOk(everything.includes(secret), secret.slice(0, 8))
  })
})
