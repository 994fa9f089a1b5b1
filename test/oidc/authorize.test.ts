// The authorization endpoint and everything that it must not take (RFC 6749, section 4.1.2.1; RFC 9700).

import t, { type Test } from 'tap'
import { updateProject } from '../../src/projects/update-project.ts'
import fc from '../properties.ts'
import { issuer, startApp, type TestApp } from '../start-app.ts'
import {
  ask,
  browser,
  pkce,
  proofOf,
  redirectUri,
  register,
  requestOf,
  signInThrough,
  swap,
  tokensFor,
} from './world.ts'

/** No redirect to anywhere, a page for a person, nothing kept and nothing issued. */
async function isErrorPage(t: Test, gatepass: TestApp, url: URL | string, why: string) {
  const response = await gatepass.get(String(url))
  t.equal(response.statusCode, 400, `${why}: ${response.statusCode}`)
  t.equal(response.headers.location, undefined, why)
  t.match(response.headers['content-type'], /^text\/html/, why)
  t.equal(await gatepass.count('pending_authorizations'), 0, why)
}

/** An error at the redirect URI, with the state and the issuer. */
function isToldError(t: Test, location: string | undefined, error: string, why: string) {
  const told = new URL(location ?? 'nowhere:')
  t.equal(told.origin + told.pathname, redirectUri, why)
  t.equal(told.searchParams.get('error'), error, why)
  t.equal(told.searchParams.get('state'), 'the-state', why)
  t.equal(told.searchParams.get('iss'), issuer, why)
  // The characters that RFC 6749 allows.
  t.match(told.searchParams.get('error_description'), /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/, why)
  t.equal(told.searchParams.get('code'), null, why)
}

t.test('works', async t => {
  t.test('a POST asks like a GET', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tab = browser(gatepass)
    const form = Object.fromEntries(requestOf(made.clientId).searchParams)
    const { url } = await tab.post(`${issuer}/oauth/authorize`, form)
    t.ok(url.href.startsWith(acme.loginUrl))
  })

  t.test('parameters that are not ours, or have no effect here, change nothing', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const more = {
      ...{ extra: 'foobar', display: 'popup', ui_locales: 'se', claims_locales: 'se', acr_values: '1 2' },
      ...{ claims: '{"userinfo":{"name":{"essential":true}}}', response_mode: 'query', login_hint: 'ada' },
      ...{ state: 'the state & ünïcode', scope: 'email phone address openid other profile' },
    }
    const answer = await signInThrough(gatepass, acme, requestOf(made.clientId, more))
    t.equal(answer.searchParams.get('state'), more.state)
    const tokens = (await swap(gatepass, made, answer.searchParams.get('code'))).json()
    t.equal(tokens.scope, 'openid profile email')
    t.same(
      (await gatepass.userinfo(tokens.access_token)).json().groups,
      undefined,
      'a scope that was not asked for opens nothing',
    )
  })

  t.test('a request without nonce, state and PKCE, of a client with a secret', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const answer = await signInThrough(gatepass, acme, requestOf(made.clientId, { state: undefined }))
    t.equal(answer.searchParams.has('state'), false)
    const { id_token: idToken } = (await swap(gatepass, made, answer.searchParams.get('code'))).json()
    const claims = JSON.parse(Buffer.from(idToken.split('.')[1], 'base64url').toString())
    t.notOk('nonce' in claims)
  })

  t.test('a redirect URI with a query of its own keeps it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const own = `${redirectUri}?tenant=a%26b`
    const made = await register(gatepass, acme, { redirectUris: [own] })
    const answer = await signInThrough(gatepass, acme, requestOf(made.clientId, { redirect_uri: own }))
    t.ok(answer.href.startsWith(`${own}&`))
    t.equal(
      (await swap(gatepass, made, answer.searchParams.get('code'), { redirect_uri: own })).statusCode,
      200,
    )
  })
})

t.test('refuses', async t => {
  t.test('unknown clients and redirect URIs that differ in anything: a page, and no redirect', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const registered = ['https://kb.example/callback', 'https://kb.example:8443/two']
    const made = await register(gatepass, acme, { redirectUris: registered })
    const other = await register(gatepass, acme, { redirectUris: ['https://other.example/callback'] })
    const clients = [
      undefined,
      '',
      'site_nobody',
      made.clientId.slice(0, -1),
      `${made.clientId} `,
      acme.clientId,
    ]
    for (const client of clients) {
      const url = requestOf('x', { client_id: client })
      await isErrorPage(t, gatepass, url, `client ${client}`)
    }
    const uris = [
      ...[
        undefined,
        '',
        'https://kb.example/callback/',
        'https://kb.example/callbac',
        'https://kb.example/callbackk',
      ],
      ...['https://kb.example/Callback', 'https://KB.example/callback', 'HTTPS://kb.example/callback'],
      ...[
        'http://kb.example/callback',
        'https://kb.example:443/callback',
        'https://kb.example:8443/callback',
      ],
      ...[
        'https://kb.example/two',
        'https://kb.example:8444/two',
        'https://kb.example/callback?',
        'https://kb.example/callback?a=b',
      ],
      ...[
        'https://kb.example/callback#',
        'https://kb.example/callback#x',
        'https://kb.example/a/../callback',
      ],
      ...['https://kb.example//callback', 'https://kb.example/%63allback', ' https://kb.example/callback'],
      ...[
        'https://kb.example@evil.example/callback',
        'https://evil.example/callback',
        'https://kb.example.evil.example/callback',
      ],
      ...['https://other.example/callback', 'javascript:alert(1)', '//kb.example/callback', '/callback'],
      ...[
        'https://kb.example/callback\u0000',
        'https://kb.example/callback\r\nx: y',
        `${redirectUri}${'x'.repeat(3000)}`,
      ],
    ]
    for (const uri of uris) {
      const url = requestOf(made.clientId, { redirect_uri: uri, prompt: 'none' })
      await isErrorPage(t, gatepass, url, `redirect_uri ${uri?.slice(0, 60)}`)
    }
    for (const name of ['client_id', 'redirect_uri']) {
      const url = requestOf(made.clientId)
      url.searchParams.append(name, url.searchParams.get(name)!)
      await isErrorPage(t, gatepass, url, `${name} twice`)
    }
    await isErrorPage(t, gatepass, requestOf(other.clientId), 'the redirect URI of another client')
    t.equal(await gatepass.count('codes'), 0)
    // The clock stands still here, so which of the steps is the newest is left to chance.
    const seen = (await gatepass.steps()).filter(({ projectId }) => projectId === acme.id)
    t.ok(
      seen.some(({ reason }) => reason === 'redirect_not_allowed'),
      'and the project can see why',
    )
  })

  t.test('parameters that are missing, malformed, repeated or too long: told to the client', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const bare = await register(gatepass, acme, { authMethod: 'none' })
    const { challenge } = { challenge: pkce().asked.code_challenge }
    const wrong: [Record<string, string | undefined>, string][] = [
      [{ response_type: undefined }, 'invalid_request'],
      [{ response_type: '' }, 'invalid_request'],
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ response_type: 'id_token' }, 'unsupported_response_type'],
      [{ response_type: 'code id_token' }, 'unsupported_response_type'],
      [{ response_type: 'CODE' }, 'unsupported_response_type'],
      [{ response_mode: 'fragment' }, 'invalid_request'],
      [{ response_mode: 'form_post' }, 'invalid_request'],
      [{ scope: undefined }, 'invalid_scope'],
      [{ scope: 'profile' }, 'invalid_scope'],
      [{ scope: 'OpenID' }, 'invalid_scope'],
      [{ request: 'e30.e30.' }, 'request_not_supported'],
      [{ request_uri: 'https://kb.example/request' }, 'request_uri_not_supported'],
      [{ registration: '{}' }, 'registration_not_supported'],
      [{ prompt: 'none login' }, 'invalid_request'],
      [{ prompt: 'create' }, 'invalid_request'],
      [{ prompt: 'none', response_type: 'code' }, 'login_required'],
      [{ max_age: '-1' }, 'invalid_request'],
      [{ max_age: '1.5' }, 'invalid_request'],
      [{ max_age: 'soon' }, 'invalid_request'],
      [{ max_age: '9'.repeat(30) }, 'invalid_request'],
      [{ code_challenge: challenge }, 'invalid_request'],
      [{ code_challenge: challenge, code_challenge_method: 'plain' }, 'invalid_request'],
      [{ code_challenge: challenge, code_challenge_method: 's256' }, 'invalid_request'],
      [{ code_challenge_method: 'S256' }, 'invalid_request'],
      [{ code_challenge: `${challenge}=`, code_challenge_method: 'S256' }, 'invalid_request'],
      [{ code_challenge: challenge.slice(1), code_challenge_method: 'S256' }, 'invalid_request'],
      [{ id_token_hint: 'x' }, 'invalid_request'],
      [{ nonce: 'n'.repeat(2049) }, 'invalid_request'],
      [{ login_hint: 'n'.repeat(2049) }, 'invalid_request'],
      [{ other: 'n'.repeat(2049) }, 'invalid_request'],
      [{ '"ü\\': 'n'.repeat(2049) }, 'invalid_request'],
    ]
    for (const [changes, error] of wrong) {
      const why = JSON.stringify(changes).slice(0, 80)
      const response = await gatepass.get(requestOf(made.clientId, changes).href)
      t.equal(response.statusCode, 303, why)
      isToldError(t, response.headers.location, error, why)
    }
    const unbound = await gatepass.get(requestOf(bare.clientId).href)
    isToldError(t, unbound.headers.location, 'invalid_request', 'a public client without PKCE')

    const repeatable = [
      'response_type',
      'scope',
      'nonce',
      'prompt',
      'max_age',
      'code_challenge',
      'login_hint',
      'x',
    ]
    for (const name of repeatable) {
      const url = requestOf(made.clientId, { [name]: 'code' })
      url.searchParams.append(name, 'code')
      isToldError(t, (await gatepass.get(url.href)).headers.location, 'invalid_request', `${name} twice`)
    }
    for (const state of [['a', 'b'], ['s'.repeat(2049)]]) {
      const url = requestOf(made.clientId, { state: undefined })
      for (const each of state) url.searchParams.append('state', each)
      const told = new URL((await gatepass.get(url.href)).headers.location!)
      t.equal(told.searchParams.get('error'), 'invalid_request')
      t.equal(told.searchParams.has('state'), false)
    }
    t.equal(await gatepass.count('pending_authorizations'), 0)
    t.equal(await gatepass.count('codes'), 0)
  })

  t.test('any query at all: an answer below 500, and a redirect only to where it is registered', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const names = [
      ...['response_type', 'scope', 'state', 'nonce', 'prompt', 'max_age', 'code_challenge', 'request_uri'],
      ...['code_challenge_method', 'id_token_hint', 'redirect_uri', 'client_id', '__proto__', 'constructor'],
    ]
    const query = fc.array(fc.tuple(fc.constantFrom(...names), fc.oneof(fc.string(), fc.constant(''))), {
      maxLength: 6,
    })
    await fc.assert(
      fc.asyncProperty(query, fc.boolean(), async (pairs, good) => {
        const url = requestOf(made.clientId, good ? {} : { scope: undefined })
        for (const [name, value] of pairs) url.searchParams.append(name, value)
        const response = await gatepass.get(url.href)
        const { location } = response.headers
        const allowed = [redirectUri, `${acme.siteUrl}/gate/continue`]
        return (
          response.statusCode < 500 &&
          (location === undefined || allowed.includes(new URL(location).origin + new URL(location).pathname))
        )
      }),
      { numRuns: 150 },
    )
  })

  t.test('bodies that are no form, and a fetch ahead: nothing begins', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const parameters = Object.fromEntries(requestOf(made.clientId).searchParams)
    for (const path of ['/oauth/authorize', '/oauth/logout']) {
      for (const body of [
        JSON.stringify(parameters),
        JSON.stringify({ ...parameters, max_age: null }),
        'null',
        '[]',
      ]) {
        const response = await gatepass.app.inject({
          method: 'POST',
          url: issuer + path,
          headers: { 'content-type': 'application/json' },
          payload: body,
        })
        t.equal(response.statusCode, 415, `${path} ${body.slice(0, 20)}`)
      }
    }
    const ahead = await gatepass.get(requestOf(made.clientId).href, { 'sec-purpose': 'prefetch;prerender' })
    t.equal(ahead.statusCode, 403)
    t.equal(
      (await gatepass.app.inject({ method: 'HEAD', url: requestOf(made.clientId).href })).statusCode,
      405,
    )
    t.equal(await gatepass.count('pending_authorizations'), 0)
  })

  t.test('requests of a project whose sign-in is switched off, before and after the sign-in', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tab = browser(gatepass)
    await signInThrough(gatepass, acme, requestOf(made.clientId), tab)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    const { url } = await tab.go(requestOf(made.clientId))
    isToldError(t, url.href, 'access_denied', 'switched off')
  })
})

t.test('resists', async t => {
  t.test(
    'a pushed request (PAR) of another client, changed on the way, over, or wrong from the start',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const [made, other] = [await register(gatepass, acme), await register(gatepass, acme)]
      const parameters = Object.fromEntries(requestOf(made.clientId).searchParams)
      const pushed = await ask(gatepass, '/oauth/par', made, parameters)
      t.equal(pushed.statusCode, 201)
      t.equal(pushed.headers['cache-control'], 'no-store')
      const { request_uri: uri } = pushed.json()
      const by = (clientId: string | undefined, more: Record<string, string> = {}) =>
        requestOf('', {
          ...{ response_type: undefined, redirect_uri: undefined, scope: undefined, state: undefined },
          ...{ client_id: clientId, request_uri: uri, ...more },
        })
      await isErrorPage(t, gatepass, by(other.clientId), 'another client')
      await isErrorPage(t, gatepass, by(undefined), 'no client')
      await isErrorPage(t, gatepass, by(made.clientId, { request_uri: `${uri}x` }), 're-spelled')
      const both = by(made.clientId, { redirect_uri: 'https://evil.example', scope: 'x', prompt: 'none' })
      const { headers } = await gatepass.get(both.href)
      t.ok(
        headers.location!.startsWith(`${acme.siteUrl}/gate/continue?`),
        'what was pushed counts, and nothing else',
      )
      gatepass.clock.seconds(90)
      t.equal((await gatepass.get(by(made.clientId).href)).statusCode, 400, 'after 90 seconds')

      const wrong: [Record<string, string>, string][] = [
        [{ request_uri: uri }, 'invalid_request'],
        [{ redirect_uri: 'https://evil.example' }, 'invalid_request'],
        [{ client_id: other.clientId }, 'invalid_request'],
        [{ response_type: 'token' }, 'unsupported_response_type'],
        [{ scope: 'email' }, 'invalid_scope'],
        [{ request: 'e30.e30.' }, 'request_not_supported'],
      ]
      for (const [changes, error] of wrong) {
        const response = await ask(gatepass, '/oauth/par', made, { ...parameters, ...changes })
        t.equal(response.statusCode, 400, response.body)
        t.equal(response.json().error, error)
      }
      const anonymous = await gatepass.app.inject({
        method: 'POST',
        url: `${issuer}/oauth/par`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams(parameters).toString(),
      })
      t.equal(anonymous.statusCode, 401)
      t.equal(await gatepass.count('pushed_requests'), 1)
      const kept = await gatepass.database.read
        .selectFrom('pushed_requests')
        .selectAll()
        .executeTakeFirstOrThrow()
      t.notMatch(kept.parameters, made.clientSecret!)
    },
  )

  t.test('id_token_hint: nobody else’s session answers, before or after the sign-in', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    const made = await register(gatepass, acme)
    const mine = browser(gatepass)
    const { id_token: hint = '' } = await tokensFor(gatepass, acme, made, mine)
    const right = await mine.go(requestOf(made.clientId, { prompt: 'none', id_token_hint: hint }))
    t.ok(right.url.searchParams.has('code'))

    const theirs = browser(gatepass)
    await signInThrough(gatepass, acme, requestOf(made.clientId), theirs, { emailId: 'eve@example.com' })
    const silent = await theirs.go(requestOf(made.clientId, { prompt: 'none', id_token_hint: hint }))
    t.equal(silent.url.searchParams.get('error'), 'login_required')
    const asked = requestOf(made.clientId, { id_token_hint: hint })
    const again = await signInThrough(gatepass, acme, asked, theirs, { emailId: 'eve@example.com' })
    t.equal(again.searchParams.get('error'), 'access_denied')
    t.equal(again.searchParams.has('code'), false)
    gatepass.clock.seconds(1)
    const switched = await signInThrough(gatepass, acme, asked, theirs)
    t.ok(switched.searchParams.has('code'), 'the right reader may sign in instead')

    const foreign = await tokensFor(gatepass, other, await register(gatepass, other))
    const hints = [foreign.access_token!, `${hint}x`, hint.slice(0, -2), `${hint}=`, 'a.b.c']
    for (const bad of hints) {
      const { url } = await mine.go(requestOf(made.clientId, { prompt: 'none', id_token_hint: bad }))
      t.equal(url.searchParams.get('error'), 'invalid_request')
    }
    const elsewhere = requestOf(made.clientId, { prompt: 'none', id_token_hint: foreign.id_token! })
    t.equal((await mine.go(elsewhere)).url.searchParams.get('error'), 'login_required')
  })

  t.test('an address fills the timeline only so far', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    for (let count = 0; count < 80; count++) {
      await gatepass.get(requestOf(made.clientId).href)
      await gatepass.get(requestOf(made.clientId, { redirect_uri: 'x' }).href)
    }
    t.ok((await gatepass.count('attempt_steps')) <= 60)
    t.ok(proofOf(made).authorization)
    const answer = await signInThrough(gatepass, acme, requestOf(made.clientId))
    t.ok(answer.searchParams.has('code'), 'and signing in goes on all the same')
  })
})
