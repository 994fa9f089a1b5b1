import { createHash } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { cookieOf, startApp, type TestApp, type TestProject } from '../start-app.ts'

const bob = { username: 'bob', firstName: 'Bob', lastName: 'Builder', emailId: 'bob@example.com' }

/** The page for people that every refused code gets, and the true reason in the attempt that its trace ID names. */
async function refused(
  t: Test,
  gatepass: TestApp,
  response: LightMyRequestResponse,
  reason: string,
): Promise<void> {
  t.equal(response.statusCode, 400, reason)
  t.match(response.headers['content-type'], /^text\/html/)
  t.match(response.body, 'Invalid authentication code')
  t.equal(response.headers['cache-control'], 'no-store')
  t.notOk(response.headers.location)
  t.notOk(cookieOf(response, 'gatepass'))
  const traceId = response.headers['x-trace-id'] as string
  t.match(response.body, traceId)
  t.match(response.body, 'Start again')
  const step = (await gatepass.attempt(traceId)).at(-1)
  t.match(step, { step: 'swap', outcome: 'failed', reason, address: '127.0.0.1' })
}

async function reads(gatepass: TestApp, project: TestProject, cookie: string): Promise<string | undefined> {
  const response = await gatepass.get(`${project.siteUrl}/gate/userinfo`, { cookie })
  return response.statusCode === 200 ? response.json().preferred_username : undefined
}

t.test('works', async t => {
  t.test('a code opens the site and leads to the page, in every spelling of the parameter', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const name of ['redirectUrl', 'RedirectUrl', 'RedirectPath']) {
      const query = `&${name}=${encodeURIComponent('/guide/a%20b?x=1&y=2#z')}`
      const arrived = await gatepass.callback(acme, await gatepass.code(acme), { query })
      t.equal(arrived.statusCode, 302)
      t.equal(arrived.headers.location, 'http://acme.test/guide/a%20b?x=1&y=2#z', name)
      t.notMatch(arrived.headers.location, 'code')
      t.equal(arrived.headers['referrer-policy'], 'no-referrer')
      t.equal(arrived.headers['cache-control'], 'no-store')
      t.equal(arrived.body, '')
    }
  })

  t.test('without a page the reader lands at home, or at /docs where no home is published', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const docs = await gatepass.project({ slug: 'docs', homePublished: false })
    for (const query of ['', '&redirectUrl=', '&state=abc']) {
      const atHome = await gatepass.callback(acme, await gatepass.code(acme), { query })
      t.equal(atHome.headers.location, 'http://acme.test/', query)
      const atDocs = await gatepass.callback(docs, await gatepass.code(docs), { query })
      t.equal(atDocs.headers.location, 'http://docs.test/docs', query)
    }
  })

  t.test('the page of the push is used where the callback names none', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const pushed = { redirectUrl: '/from-push' }
    const plain = await gatepass.callback(acme, await gatepass.code(acme, pushed))
    t.equal(plain.headers.location, 'http://acme.test/from-push')
    const query = '&redirectUrl=/from-query'
    const asked = await gatepass.callback(acme, await gatepass.code(acme, pushed), { query })
    t.equal(asked.headers.location, 'http://acme.test/from-query')
  })

  t.test('the cookie is HttpOnly, Lax, for the whole host, and lives as long as the token', async t => {
    const gatepass = await startApp(t)
    const plain = await gatepass.project()
    const secure = await gatepass.project({ slug: 'safe', siteUrl: 'https://safe.test' })
    const header = async (project: TestProject) =>
      String(
        (await gatepass.callback(project, await gatepass.code(project, { tokenValidity: 20 }))).headers[
          'set-cookie'
        ],
      )
    t.match(await header(plain), /^gatepass=[\w-]{43}; Path=\/; Max-Age=1200; HttpOnly; SameSite=Lax$/)
    t.match(
      await header(secure),
      /^__Host-gatepass=[\w-]{43}; Path=\/; Max-Age=1200; HttpOnly; SameSite=Lax; Secure$/,
    )
  })

  t.test('Back or reload within 60 s leads the same browser on, its session as it was', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const first = await gatepass.callback(acme, code, { query: '&redirectUrl=/a' })
    const cookie = cookieOf(first, 'gatepass')!
    gatepass.clock.seconds(60)
    const again = await gatepass.callback(acme, code, { query: '&redirectUrl=/a', cookie })
    t.equal(again.statusCode, 302)
    t.equal(again.headers.location, 'http://acme.test/a')
    t.notOk(again.headers['set-cookie'])
    t.equal(await reads(gatepass, acme, cookie), 'ada')
    t.equal(await gatepass.count('sessions'), 1)
  })

  t.test('a code brought to the identity host is sent on to its site, unspent', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const misplaced = await gatepass.get(`http://id.test/jwt/authorize?code=${code}&redirectUrl=/a%3Fb`)
    t.equal(misplaced.statusCode, 302)
    t.equal(misplaced.headers.location, `http://acme.test/jwt/authorize?code=${code}&redirectUrl=/a%3Fb`)
    t.equal(misplaced.headers['referrer-policy'], 'no-referrer')
    t.notOk(misplaced.headers['set-cookie'])
    const arrived = await gatepass.get(misplaced.headers.location!)
    t.equal(arrived.headers.location, 'http://acme.test/a?b')
  })

  t.test('the attempt that began at the site goes on through push and swap under one trace ID', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const asked = await gatepass.get(`${acme.siteUrl}/guide`)
    const login = new URL(asked.headers.location!)
    const state = login.searchParams.get('state')!
    t.equal(asked.headers['x-trace-id'], state)
    const pushed = await gatepass.push(acme, { state })
    t.equal(pushed.json().traceId, state)
    const arrived = await gatepass.callback(acme, pushed.json().code)
    t.equal(arrived.headers['x-trace-id'], state)
    t.same(
      (await gatepass.attempt(state)).map(step => step.step),
      ['redirect', 'code', 'swap'],
    )
  })

  t.test(
    'a code with a challenge opens the site in the browser that asked, its attempt is finished',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const asked = await gatepass.get(`${acme.siteUrl}/guide`)
      const login = new URL(asked.headers.location!).searchParams
      const cookie = String(asked.headers['set-cookie']).split(';')[0]!
      const code = await gatepass.code(acme, {
        state: login.get('state'),
        codeChallenge: login.get('code_challenge'),
        codeChallengeMethod: 'S256',
      })
      const arrived = await gatepass.callback(acme, code, { cookie })
      t.equal(arrived.statusCode, 302)
      const ended = [arrived.headers['set-cookie']]
        .flat()
        .find(header => header!.startsWith(cookie.split('=')[0]!))
      t.match(ended, /Max-Age=0;/)
    },
  )

  t.test(
    'a busy morning: hundreds arrive from one address within a minute, and all of them get in',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const statuses = new Set<number>()
      for (let index = 0; index < 320; index++) {
        statuses.add((await gatepass.get(`${acme.siteUrl}/`)).statusCode)
      }
      for (let index = 0; index < 70; index++) {
        statuses.add((await gatepass.callback(acme, `${'A'.repeat(42)}${index % 2 ? 'A' : 'E'}`)).statusCode)
      }
      t.same([...statuses].sort(), [302, 400])
      t.ok((await gatepass.count('attempt_steps')) <= 120, 'strangers do not fill the timeline')
      t.ok(await gatepass.signIn(acme))
    },
  )
})

t.test('refuses', async t => {
  t.test('what is no code, and codes that never were', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const malformed = [
      ...['', 'x', code.slice(1), `${code}A`, `${code}=`, ` ${code}`, `${code}\u0000`, "' OR 1=1 --", '%'],
      `${code.slice(0, 42)}${code.at(-1) === 'B' ? 'C' : 'B'}`,
    ]
    for (const value of malformed)
      await refused(t, gatepass, await gatepass.callback(acme, value), 'code_malformed')
    await refused(t, gatepass, await gatepass.get(`${acme.siteUrl}/jwt/authorize`), 'code_malformed')
    const twice = await gatepass.callback(acme, code, { query: `&code=${code}` })
    await refused(t, gatepass, twice, 'code_malformed')
    const other = `${code.slice(0, 20)}${code[20] === 'A' ? 'B' : 'A'}${code.slice(21)}`
    await refused(t, gatepass, await gatepass.callback(acme, other), 'code_unknown')
    t.equal((await gatepass.callback(acme, code)).statusCode, 302, 'none of it spent the code')
  })

  t.test('an expired code, to the millisecond', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const [inTime, late] = [await gatepass.code(acme), await gatepass.code(acme)]
    gatepass.clock.advance(59_999)
    t.equal((await gatepass.callback(acme, inTime)).statusCode, 302)
    gatepass.clock.advance(1)
    await refused(t, gatepass, await gatepass.callback(acme, late), 'code_expired')
  })

  t.test('a used code, in the words of people', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    await gatepass.callback(acme, code)
    const again = await gatepass.callback(acme, code, { query: '&redirectUrl=/guide' })
    await refused(t, gatepass, again, 'code_used')
    t.match(again.body, /used before/)
    t.match(again.body, 'href="/guide"')
  })

  t.test('another project’s code, which stays good at its own site', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const code = await gatepass.code(acme)
    const foreign = await gatepass.callback(other, code)
    await refused(t, gatepass, foreign, 'code_other_project')
    const step = (await gatepass.attempt(foreign.headers['x-trace-id'] as string))[0]!
    t.equal(step.reader, null, 'the other project learns nothing about the reader')
    t.equal((await gatepass.callback(acme, code)).statusCode, 302)
  })

  t.test('an unknown code at the identity host, without a hint where codes belong', async t => {
    const gatepass = await startApp(t)
    for (const query of ['', '?code=', '?code=a&code=b', `?code=${'A'.repeat(43)}`]) {
      const response = await gatepass.get(`http://id.test/jwt/authorize${query}`)
      t.equal(response.statusCode, 400, query)
      t.notOk(response.headers.location)
    }
  })

  t.test('a code whose reader was blocked since it was made', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    const reader = 'ada@example.com'
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader, blocked: true })
    await refused(t, gatepass, await gatepass.callback(acme, code), 'reader_blocked')
  })
})

t.test('resists', async t => {
  t.test('scanners and browsers that fetch ahead: HEAD and prefetch leave the code good', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const url = `${acme.siteUrl}/jwt/authorize?code=${code}`
    const head = await gatepass.app.inject({ method: 'HEAD', url })
    t.notOk(head.headers['set-cookie'])
    t.ok(head.headers['x-trace-id'])
    const ahead = [
      { 'sec-purpose': 'prefetch' },
      { 'sec-purpose': 'prefetch;prerender' },
      { 'sec-purpose': 'prefetch; anonymous-client-ip' },
      { purpose: 'prefetch' },
      { 'x-moz': 'prefetch' },
    ]
    for (const headers of ahead) {
      const response = await gatepass.get(url, headers as unknown as Record<string, string>)
      t.notOk(response.headers['set-cookie'], JSON.stringify(headers))
      t.not(response.statusCode, 302)
      t.ok(response.statusCode < 500)
    }
    t.equal(await gatepass.count('sessions'), 0)
    t.equal((await gatepass.get(url)).statusCode, 302)
  })

  t.test('other methods spend nothing', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'] as const) {
      const response = await gatepass.app.inject({
        method,
        url: `${acme.siteUrl}/jwt/authorize?code=${code}`,
      })
      t.ok(response.statusCode >= 400 && response.statusCode < 500, `${method} ${response.statusCode}`)
    }
    t.equal((await gatepass.callback(acme, code)).statusCode, 302)
  })

  t.test('open redirects: whatever is not a path on the site leads home', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const hostile = [
      ...[
        '//evil.test',
        '///evil.test',
        '/\\evil.test',
        '\\\\evil.test',
        '/%5c/../\\evil.test',
        'https://evil.test',
      ],
      ...[
        'https:evil.test',
        'http:/evil.test',
        'javascript:alert(1)',
        'data:text/html,x',
        'evil.test',
        '@evil.test',
      ],
      ...[
        '/%2e//evil.test',
        '/.//evil.test',
        '/a/..//evil.test',
        '/%2E%2e//evil.test',
        '/a/%2e%2e//evil.test',
      ],
      ...[
        '/./\\evil.test',
        '/\t/evil.test',
        '/\n//evil.test',
        ' //evil.test',
        '/ /evil.test',
        '\u0000//evil.test',
      ],
      ...[
        '/a\r\nSet-Cookie: x=1',
        '/a\u0085b',
        '/\u2044evil',
        '/\uff0fevil.test',
        '/caf\u00e9',
        `/${'x'.repeat(2048)}`,
      ],
      ...['.', '?x', '#x', '/jwt/authorize?code=x', '/logout', '/./logout', '/%6cogout', '/jwt/%61uthorize'],
    ]
    for (const value of hostile) {
      const code = await gatepass.code(acme)
      const query = `&redirectUrl=${encodeURIComponent(value)}`
      const arrived = await gatepass.callback(acme, code, { query })
      t.equal(arrived.statusCode, 302, JSON.stringify(value))
      t.equal(arrived.headers.location, 'http://acme.test/', JSON.stringify(value))
      t.equal([arrived.headers['set-cookie']].flat().length, 1)
    }
  })

  t.test('a parameter that is repeated, or sent in two spellings, leads home', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const queries = [
      '&redirectUrl=/a&redirectUrl=/b',
      '&redirectUrl=/a&redirectUrl=//evil.test',
      '&redirectUrl=/a&RedirectPath=/a',
      '&redirectUrl[]=/a&redirectUrl=/b&RedirectUrl=/c',
    ]
    for (const query of queries) {
      const arrived = await gatepass.callback(acme, await gatepass.code(acme), { query })
      t.equal(arrived.headers.location, 'http://acme.test/', query)
    }
  })

  t.test('a raw query that no decoder likes is never a 5xx and never leads off', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const raw of [
      '%E0%A4%A',
      '%',
      '%zz',
      '%00',
      '%c0%af%c0%afevil.test',
      '//evil.test',
      '%2f%2fevil.test',
    ]) {
      const arrived = await gatepass.callback(acme, await gatepass.code(acme), {
        query: `&redirectUrl=${raw}`,
      })
      t.equal(arrived.statusCode, 302, raw)
      t.match(arrived.headers.location, /^http:\/\/acme\.test\/(?!\/)/, raw)
    }
  })

  t.test('a replay by anyone else: 400, and the session that the code opened is over', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const first = await gatepass.callback(acme, code)
    const cookie = cookieOf(first, 'gatepass')!
    t.equal(await reads(gatepass, acme, cookie), 'ada')
    const bobs = await gatepass.signIn(acme, bob)
    const replay = await gatepass.callback(acme, code, { cookie: bobs })
    await refused(t, gatepass, replay, 'code_used')
    t.equal(await reads(gatepass, acme, cookie), undefined)
    t.equal(await reads(gatepass, acme, bobs), 'bob', 'whoever replays keeps what is theirs')
    const steps = await gatepass.attempt(first.headers['x-trace-id'] as string)
    t.match(steps.at(-1), { reason: 'code_used', detail: { sessionRevoked: true } })
    t.equal(
      (await gatepass.callback(acme, code, { cookie })).statusCode,
      400,
      'now its own browser is refused too',
    )
  })

  t.test('a replay at the token endpoint ends the session at the site', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const cookie = cookieOf(await gatepass.callback(acme, code), 'gatepass')!
    t.equal((await gatepass.swap(acme, code)).json().error, 'invalid_grant')
    t.equal(await reads(gatepass, acme, cookie), undefined)
  })

  t.test('a replay by HEAD, by prefetch, or at another project ends nothing', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const code = await gatepass.code(acme)
    const cookie = cookieOf(await gatepass.callback(acme, code), 'gatepass')!
    await gatepass.app.inject({ method: 'HEAD', url: `${acme.siteUrl}/jwt/authorize?code=${code}` })
    await gatepass.callback(acme, code, { headers: { 'sec-purpose': 'prefetch' } })
    await gatepass.callback(other, code)
    await gatepass.swap(other, code)
    t.equal(await reads(gatepass, acme, cookie), 'ada')
  })

  t.test('50 browsers with one code at once: one gets in', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const answers = await Promise.all(Array.from({ length: 50 }, () => gatepass.callback(acme, code)))
    t.equal(answers.filter(answer => answer.statusCode === 302).length, 1)
    t.equal(answers.filter(answer => answer.statusCode === 400).length, 49)
    t.equal(await gatepass.count('sessions'), 1)
  })

  t.test('session fixation: a cookie value that was planted never becomes a session', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const planted = `gatepass=${'A'.repeat(43)}`
    const arrived = await gatepass.callback(acme, await gatepass.code(acme), { cookie: planted })
    t.equal(arrived.statusCode, 302)
    t.not(cookieOf(arrived, 'gatepass'), planted)
    t.equal(await reads(gatepass, acme, planted), undefined)
  })

  t.test('a new session at every sign-in: the one before ends, also when somebody else signs in', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const adas = await gatepass.signIn(acme)
    const arrived = await gatepass.callback(acme, await gatepass.code(acme, bob), { cookie: adas })
    const bobs = cookieOf(arrived, 'gatepass')!
    t.not(bobs, adas)
    t.equal(await reads(gatepass, acme, adas), undefined)
    t.equal(await reads(gatepass, acme, bobs), 'bob')
    const again = cookieOf(
      await gatepass.callback(acme, await gatepass.code(acme, bob), { cookie: bobs }),
      'gatepass',
    )!
    t.not(again, bobs)
    t.equal(await reads(gatepass, acme, bobs), undefined)
    t.equal(await reads(gatepass, acme, again), 'bob')
  })

  t.test('a refused code ends nothing of the browser that brought it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    const late = await gatepass.code(acme, bob)
    gatepass.clock.seconds(60)
    await refused(t, gatepass, await gatepass.callback(acme, late, { cookie }), 'code_expired')
    t.equal(await reads(gatepass, acme, cookie), 'ada')
  })

  t.test('two session cookies: 400, the code stays good', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    const tossed = `gatepass=${'A'.repeat(43)}; gatepass=${'B'.repeat(43)}`
    const response = await gatepass.callback(acme, code, { cookie: tossed })
    t.equal(response.statusCode, 400)
    t.match(response.body, 'two session cookies')
    t.equal((await gatepass.callback(acme, code)).statusCode, 302)
  })

  t.test('a code with a challenge, in a browser that did not ask: 400 and unspent', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const asked = await gatepass.get(`${acme.siteUrl}/`)
    const cookie = String(asked.headers['set-cookie']).split(';')[0]!
    const code = await gatepass.code(acme, {
      codeChallenge: new URL(asked.headers.location!).searchParams.get('code_challenge'),
      codeChallengeMethod: 'S256',
    })
    const challenge = createHash('sha256').update('another').digest('base64url')
    await refused(t, gatepass, await gatepass.callback(acme, code), 'verifier_missing')
    const name = cookie.split('=')[0]
    for (const value of ['', 'another', challenge, cookie.split('=')[1]!.toUpperCase()]) {
      const response = await gatepass.callback(acme, code, { cookie: `${name}=${value}` })
      await refused(t, gatepass, response, 'verifier_wrong')
    }
    t.equal((await gatepass.callback(acme, code, { cookie })).statusCode, 302)
  })

  t.test('the clock set back an hour: used stays used, expired stays dead', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const [used, expired] = [await gatepass.code(acme), await gatepass.code(acme)]
    await gatepass.callback(acme, used)
    gatepass.clock.seconds(61)
    await refused(t, gatepass, await gatepass.callback(acme, expired), 'code_expired')
    for (const minutes of [-60, 120]) {
      gatepass.clock.minutes(minutes)
      for (const code of [used, expired]) t.equal((await gatepass.callback(acme, code)).statusCode, 400)
    }
    t.equal(await gatepass.count('sessions'), 1)
  })

  t.test('the error page shows nothing of the request as markup', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project({ name: '<b>Acme</b>' })
    const query = `&redirectUrl=${encodeURIComponent('/"><script>alert(1)</script>')}`
    const response = await gatepass.callback(acme, '<script>alert(1)</script>', { query })
    t.equal(response.statusCode, 400)
    t.notMatch(response.body, '<script')
    t.notMatch(response.body, '<b>Acme')
    t.match(response.headers['content-security-policy'], "default-src 'none'")
  })
})
