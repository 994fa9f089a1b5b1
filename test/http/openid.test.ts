import {
  allowInsecureRequests,
  ClientSecretPost,
  discovery,
  fetchUserInfo,
  genericGrantRequest,
} from 'openid-client'
import t from 'tap'
import { issuer, startApp, type TestApp } from '../start-app.ts'

/** fetch, as a client library calls it, led to the app without a socket. */
function fetchFrom(gatepass: TestApp) {
  return async (url: string, options: { method?: string; headers?: unknown; body?: unknown }) => {
    const response = await gatepass.app.inject({
      url,
      method: (options.method ?? 'GET') as 'GET',
      headers: Object.fromEntries(new Headers(options.headers as Record<string, string>)),
      ...(options.body ? { payload: String(options.body) } : {}),
    })
    const headers = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
    return new Response(response.body, {
      status: response.statusCode,
      headers: headers as [string, string][],
    })
  }
}

t.test('works', async t => {
  t.test(
    'openid-client finds its way by itself, swaps a code, checks the ID token and asks userinfo',
    async t => {
      const gatepass = await startApp(t)
      // The library looks at the real clock.
      gatepass.clock.advance(Date.now() - gatepass.clock.now())
      const acme = await gatepass.project()
      const { customFetch } = await import('openid-client')
      for (const algorithm of ['oidc', 'oauth2'] as const) {
        const client = await discovery(
          new URL(issuer),
          acme.siteClientId,
          acme.siteClientSecret,
          ClientSecretPost(acme.siteClientSecret),
          { algorithm, execute: [allowInsecureRequests], [customFetch]: fetchFrom(gatepass) as never },
        )
        t.equal(client.serverMetadata().issuer, issuer)
        const callback = new URL((await gatepass.push(acme)).json().callbackUrl)
        // A pushed code is no answer of the authorization endpoint, and comes without the issuer (RFC 9207).
        const code = callback.searchParams.get('code')!
        const tokens = await genericGrantRequest(client, 'authorization_code', { code })
        t.equal(tokens.claims()!.email, 'ada@example.com')
        const reader = await fetchUserInfo(client, tokens.access_token, tokens.claims()!.sub)
        t.equal(reader.name, 'Ada Lovelace')
      }
    },
  )

  t.test('metadata stands at both addresses and names only what is served', async t => {
    const gatepass = await startApp(t)
    const [oidc, oauth] = [
      await gatepass.get(`${issuer}/.well-known/openid-configuration`),
      await gatepass.get(`${issuer}/.well-known/oauth-authorization-server`),
    ]
    t.equal(oidc.statusCode, 200)
    t.match(oidc.headers['content-type'], /^application\/json/)
    t.same(oidc.json(), oauth.json())
    const metadata = oidc.json()
    t.match(metadata, {
      issuer,
      token_endpoint: `${issuer}/oauth/token`,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      authorization_endpoint: `${issuer}/oauth/authorize`,
      end_session_endpoint: `${issuer}/oauth/logout`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
      claims_parameter_supported: false,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
    })
    // The one algorithm that OpenID Connect Discovery, section 3, requires.
    t.ok(metadata.id_token_signing_alg_values_supported.includes('RS256'))
    for (const scope of ['openid', 'profile', 'email']) t.ok(metadata.scopes_supported.includes(scope))
    for (const [name, url] of Object.entries(metadata)) {
      if (!/_(endpoint|uri)$/.test(name)) continue
      const status = (await gatepass.get(String(url))).statusCode
      t.not(status, 404, `${name} ${url}`)
    }
  })

  t.test('keys are published without a private part', async t => {
    const gatepass = await startApp(t)
    for (const signingAlgorithm of ['EdDSA', 'RS256'] as const) {
      const slug = signingAlgorithm.toLowerCase()
      const project = await gatepass.project({ slug, signingAlgorithm })
      await gatepass.swap(project, await gatepass.code(project))
    }
    gatepass.clock.minutes(2)
    const response = await gatepass.get(`${issuer}/.well-known/jwks.json`)
    const { keys } = response.json()
    t.same(keys.map((key: { alg: string }) => key.alg).sort(), ['ES256', 'EdDSA', 'RS256'])
    for (const key of keys) {
      t.match(key, { use: 'sig', kid: /^[\w-]{43}$/ })
      for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) t.notOk(secret in key)
    }
  })

  t.test('userinfo answers GET and POST, and shows what is pushed now', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { access_token: token } = (await gatepass.swap(acme, await gatepass.code(acme))).json()
    const authorization = `Bearer ${token}`
    for (const method of ['GET', 'POST'] as const) {
      const headers = { authorization }
      const response = await gatepass.app.inject({ method, url: `${issuer}/oauth/userinfo`, headers })
      t.equal(response.statusCode, 200)
      t.equal(response.headers['cache-control'], 'no-store')
    }
    await gatepass.code(acme, { lastName: 'Byron' })
    t.equal((await gatepass.userinfo(token)).json().name, 'Ada Byron')
  })
})

t.test('refuses', async t => {
  t.test('requests to userinfo without a token, or with another scheme', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { access_token: token } = (await gatepass.swap(acme, await gatepass.code(acme))).json()
    const wrong = [
      {},
      { authorization: token },
      { authorization: `Basic ${token}` },
      { authorization: 'Bearer ' },
    ]
    for (const headers of [...wrong, { authorization: `Bearer ${token} x` }]) {
      const response = await gatepass.get(`${issuer}/oauth/userinfo`, headers as Record<string, string>)
      t.equal(response.statusCode, 401)
      t.match(response.headers['www-authenticate'], /^Bearer/)
      t.equal(response.json().error, 'invalid_token')
    }
    t.equal((await gatepass.get(`${issuer}/oauth/userinfo?access_token=${token}`)).statusCode, 401)
  })

  t.test('a token whose time is over, or whose reader signed out by replay, block or deletion', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme, { tokenValidity: 5 })
    const { access_token: token } = (await gatepass.swap(acme, code)).json()
    gatepass.clock.advance(5 * 60_000 - 1)
    t.equal((await gatepass.userinfo(token)).statusCode, 200)
    gatepass.clock.advance(1)
    t.equal((await gatepass.userinfo(token)).statusCode, 401)
  })

  t.test('addresses that do not exist, each with a trace ID', async t => {
    const gatepass = await startApp(t)
    for (const path of [
      '/nowhere',
      '/admin',
      '/oauth',
      '/.env',
      '/%zz',
      '/jwt/generateCode/',
      '/x'.repeat(2000),
    ]) {
      const response = await gatepass.get(issuer + path)
      t.ok([400, 404, 414].includes(response.statusCode), `${path.slice(0, 20)}: ${response.statusCode}`)
      t.equal(response.json().trace_id, response.headers['x-trace-id'])
    }
    for (const path of ['/.well-known/jwks.json', '/.well-known/openid-configuration']) {
      const { headers } = await gatepass.get(`${issuer}${path}`)
      t.equal(headers['access-control-allow-origin'], '*', `${path} is for every page to read`)
    }
    for (const path of ['/.well-known/jwks.json', '/.well-known/openid-configuration', '/healthz']) {
      const response = await gatepass.app.inject({ method: 'POST', url: issuer + path })
      t.equal(response.statusCode, 405)
      t.equal(response.headers.allow, 'GET')
    }
  })
})

t.test('resists', async t => {
  t.test('every answer has a trace ID of its own, and a forged one is not taken over', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const urls = [
      ...['/healthz', '/readyz', '/.well-known/jwks.json', '/nowhere', '/oauth/userinfo', '/%'].map(
        path => issuer + path,
      ),
      ...['/', '/logout', '/gate/auth', '/gate/signed-out', '/jwt/authorize', '/%'].map(
        path => acme.siteUrl + path,
      ),
    ]
    const seen = new Set<string>()
    const forged = 'f'.repeat(32)
    for (const url of urls) {
      const response = await gatepass.get(url, {
        'request-id': forged,
        'x-trace-id': forged,
        'x-request-id': forged,
      })
      const traceId = String(response.headers['x-trace-id'])
      t.match(traceId, /^[0-9a-f]{32}$/, url)
      t.not(traceId, forged)
      t.notOk(seen.has(traceId))
      seen.add(traceId)
    }
  })
})
