// What the back channel takes, from whom, and for how long: codes, refresh tokens, access tokens, client assertions.
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { deleteSiteClient, updateSiteClient } from '../../src/projects/site-clients.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { purgeStep } from '../../src/purge.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { ada, basic, issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'
import {
  allScopes,
  ask,
  browser,
  pkce,
  type Registered,
  redirectUri,
  register,
  requestOf,
  signInThrough,
  swap,
  tokensFor,
} from './world.ts'

let assertions = 0
const none = Buffer.from('{"alg":"none"}').toString('base64url')

async function isRefused(
  t: Test,
  answer: Promise<{ statusCode: number; json(): { error?: string }; headers: object; body: string }>,
  expected: [status: number, error: string],
  why = '',
) {
  const response = await answer
  t.same([response.statusCode, response.json().error], expected, `${why} ${response.body}`)
  t.match(response.headers, { 'cache-control': 'no-store' })
}

const refresh = (gatepass: TestApp, made: Registered, token: string, more: Record<string, string> = {}) =>
  ask(gatepass, '/oauth/token', made, { grant_type: 'refresh_token', refresh_token: token, ...more })

const isActive = async (gatepass: TestApp, made: Registered, token: string) =>
  (await ask(gatepass, '/oauth/introspect', made, { token })).json().active

/** A code of the authorization endpoint, and the verifier that it needs. */
async function grantedCode(gatepass: TestApp, acme: TestProject, made: Registered, bound = true) {
  const { verifier, asked } = pkce()
  const url = requestOf(made.clientId, { scope: allScopes, ...(bound && asked) })
  const answer = await signInThrough(gatepass, acme, url)
  return { code: answer.searchParams.get('code')!, verifier }
}

async function signer(algorithm = 'ES256') {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true })
  return { privateKey, jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: algorithm }] } }
}

t.test('works', async t => {
  t.test('userinfo and the ID token say what the scopes open, and nothing more', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.group(acme, 'staff')
    const made = await register(gatepass, acme)
    const claims: Record<string, string[]> = {
      openid: ['sub'],
      'openid profile': ['family_name', 'given_name', 'name', 'preferred_username', 'sub'],
      'openid email': ['email', 'sub'],
      'openid groups': ['groups', 'sub'],
    }
    for (const [scope, expected] of Object.entries(claims)) {
      const tokens = await tokensFor(gatepass, acme, made, browser(gatepass), { scope })
      t.equal(tokens.scope, scope)
      t.notOk('refresh_token' in tokens)
      t.same(Object.keys((await gatepass.userinfo(tokens.access_token!)).json()).sort(), expected)
      const own = JSON.parse(Buffer.from(tokens.id_token!.split('.')[1]!, 'base64url').toString())
      const protocol = ['iss', 'aud', 'exp', 'iat', 'auth_time', 'jti', 'sid', 'nonce']
      t.same(
        Object.keys(own)
          .filter(name => !protocol.includes(name))
          .sort(),
        expected,
      )
    }
  })

  t.test('userinfo takes the token from the form of a POST too, and not twice', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { access_token: token = '' } = await tokensFor(gatepass, acme, await register(gatepass, acme))
    const post = (form: Record<string, string>, headers = {}) =>
      gatepass.app.inject({
        method: 'POST',
        url: `${issuer}/oauth/userinfo`,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
        payload: new URLSearchParams(form).toString(),
      })
    t.equal((await post({ access_token: token })).json().email, ada.emailId)
    t.equal((await post({}, { authorization: `Bearer ${token}` })).statusCode, 200)
    const twice = await post({ access_token: token }, { authorization: `Bearer ${token}` })
    t.same([twice.statusCode, twice.json().error], [400, 'invalid_request'])
    t.equal((await post({ access_token: '' })).statusCode, 401)
  })

  t.test(
    'a refreshed session keeps its moment of sign-in, can be narrowed, and ends after a day',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const made = await register(gatepass, acme)
      let tokens = await tokensFor(gatepass, acme, made)
      const authTime = (token: string) =>
        JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).auth_time
      const first = authTime(tokens.id_token!)
      gatepass.clock.minutes(60)
      t.equal((await gatepass.userinfo(tokens.access_token!)).statusCode, 401, 'the access token is over')
      const narrowed = (
        await refresh(gatepass, made, tokens.refresh_token!, { scope: 'openid email' })
      ).json()
      t.equal(narrowed.scope, 'openid email')
      tokens = (await refresh(gatepass, made, narrowed.refresh_token)).json()
      t.equal(tokens.scope, allScopes, 'the refresh token keeps what was granted')
      t.equal(authTime(tokens.id_token!), first)
      gatepass.clock.minutes(1440 - 60)
      await isRefused(t, refresh(gatepass, made, tokens.refresh_token!), [400, 'invalid_grant'])
    },
  )

  t.test('what is over is purged: requests that waited, pushed ones, refresh tokens, assertions', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { privateKey, jwks } = await signer()
    const made = await register(gatepass, acme)
    const signing = await register(gatepass, acme, { authMethod: 'private_key_jwt', jwks })
    await tokensFor(gatepass, acme, made)
    await browser(gatepass).go(requestOf(made.clientId))
    await ask(gatepass, '/oauth/par', made, Object.fromEntries(requestOf(made.clientId).searchParams))
    await introspectAs(
      gatepass,
      signing.clientId,
      await assertion(gatepass, signing.clientId, privateKey),
      'x',
    )
    const counts = async () => [
      await gatepass.count('pending_authorizations'),
      await gatepass.count('pushed_requests'),
      await gatepass.count('used_assertions'),
      await gatepass.count('refresh_tokens'),
    ]
    const purge = async () => {
      while (await purgeStep(gatepass.database, gatepass.clock.now(), 30));
    }
    await purge()
    t.same(await counts(), [2, 1, 1, 1], 'what may still matter stays')
    gatepass.clock.minutes(75)
    await purge()
    t.same(await counts(), [0, 0, 0, 1])
    gatepass.clock.minutes(25 * 60)
    await purge()
    t.same(await counts(), [0, 0, 0, 0])
  })

  t.test('the refresh token is written with the session or not at all', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const { code, verifier } = await grantedCode(gatepass, acme, made)
    await gatepass.database.write(tx => tx.schema.alterTable('refresh_tokens').renameTo('away').execute())
    const failed = await swap(gatepass, made, code, { code_verifier: verifier })
    t.equal(failed.statusCode, 500)
    await gatepass.database.write(tx => tx.schema.alterTable('away').renameTo('refresh_tokens').execute())
    const response = await swap(gatepass, made, code, { code_verifier: verifier })
    t.equal(response.statusCode, 200, 'the code was not spent')
    t.ok(response.json().refresh_token)
  })
})

t.test('refuses', async t => {
  t.test('a code without its verifier, with a wrong one, or one that was never asked for', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const { code, verifier } = await grantedCode(gatepass, acme, made)
    for (const wrong of [
      undefined,
      '',
      pkce().verifier,
      `${verifier}=`,
      verifier.toLowerCase(),
      'x'.repeat(9000),
    ]) {
      const more: Record<string, string> = wrong === undefined ? {} : { code_verifier: wrong }
      await isRefused(
        t,
        swap(gatepass, made, code, more),
        [400, 'invalid_grant'],
        `verifier ${wrong?.slice(0, 50)}`,
      )
    }
    t.equal((await swap(gatepass, made, code, { code_verifier: verifier })).statusCode, 200, 'it stayed good')
    const plain = await grantedCode(gatepass, acme, made, false)
    const downgraded = swap(gatepass, made, plain.code, { code_verifier: plain.verifier })
    await isRefused(t, downgraded, [400, 'invalid_grant'], 'somebody took the challenge out')
  })

  t.test('a code with another redirect URI than it was asked for with', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const second = 'https://kb.example/second'
    const made = await register(gatepass, acme, { redirectUris: [redirectUri, second] })
    const { code, verifier } = await grantedCode(gatepass, acme, made)
    const form = { grant_type: 'authorization_code', code, code_verifier: verifier }
    await isRefused(t, ask(gatepass, '/oauth/token', made, form), [400, 'invalid_grant'], 'none')
    for (const uri of [second, `${redirectUri}/`, 'https://evil.example', `${acme.siteUrl}/jwt/authorize`]) {
      const response = ask(gatepass, '/oauth/token', made, { ...form, redirect_uri: uri })
      await isRefused(t, response, [400, 'invalid_grant'], uri)
    }
    const good = await ask(gatepass, '/oauth/token', made, { ...form, redirect_uri: redirectUri })
    t.equal(good.statusCode, 200)
  })

  t.test('a code after a minute, and of a reader who was blocked or signed out meanwhile', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const late = await grantedCode(gatepass, acme, made)
    gatepass.clock.seconds(60)
    await isRefused(t, swap(gatepass, made, late.code, { code_verifier: late.verifier }), [
      400,
      'invalid_grant',
    ])
    const blocked = await grantedCode(gatepass, acme, made)
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader: ada.emailId, blocked: true })
    const presented = swap(gatepass, made, blocked.code, { code_verifier: blocked.verifier })
    await isRefused(t, presented, [400, 'invalid_grant'])
  })

  t.test('refreshing with more than was granted, when blocked, or when sign-in is off', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tokens = await tokensFor(gatepass, acme, made, browser(gatepass), {
      scope: 'openid offline_access',
    })
    const token = tokens.refresh_token!
    for (const scope of ['openid email', 'openid x', 'x']) {
      await isRefused(t, refresh(gatepass, made, token, { scope }), [400, 'invalid_scope'], scope)
    }
    for (const wrong of ['x', `${token}=`, `${token}x`, token.slice(1), 'A'.repeat(43), 'A'.repeat(9000)]) {
      await isRefused(t, refresh(gatepass, made, wrong), [400, 'invalid_grant'], wrong.slice(0, 50))
    }
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
    await isRefused(t, refresh(gatepass, made, token), [400, 'invalid_grant'])
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: true })
    const kept = (await refresh(gatepass, made, token)).json().refresh_token
    t.type(kept, 'string', 'what was refused did not use it up')
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader: ada.emailId, blocked: true })
    await isRefused(t, refresh(gatepass, made, kept), [400, 'invalid_grant'])
  })

  t.test('clients that prove themselves wrongly, at every door of the back channel', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const bare = await register(gatepass, acme, { authMethod: 'none' })
    const { jwks } = await signer()
    const signing = await register(gatepass, acme, { authMethod: 'private_key_jwt', jwks })
    const doors = ['/oauth/token', '/oauth/introspect', '/oauth/revoke', '/oauth/par']
    const wrong: [why: string, form: Record<string, string>, authorization?: string][] = [
      ['nothing', {}],
      ['an ID alone', { client_id: made.clientId }],
      ['a wrong secret', { client_id: made.clientId, client_secret: 'x' }],
      ['a wrong secret, basic', {}, basic(made.clientId, 'x')],
      ['the login client', {}, basic(acme.clientId, acme.clientSecret)],
      ['a secret for one who has none', { client_id: bare.clientId, client_secret: 'x' }],
      ['an ID alone of one who signs', { client_id: signing.clientId }],
      ['unknown', { client_id: 'site_nobody' }],
    ]
    for (const door of doors) {
      for (const [why, form, authorization] of wrong) {
        const response = await gatepass.app.inject({
          method: 'POST',
          url: issuer + door,
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            ...(authorization && { authorization }),
          },
          payload: new URLSearchParams({ ...form, token: 'x' }).toString(),
        })
        t.same([response.statusCode, response.json().error], [401, 'invalid_client'], `${door}: ${why}`)
        t.match(response.headers['www-authenticate'], /^Basic /)
      }
      const both = await gatepass.app.inject({
        method: 'POST',
        url: issuer + door,
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: basic(made.clientId, made.clientSecret!),
        },
        payload: `client_id=${made.clientId}&client_secret=${made.clientSecret}`,
      })
      t.same([both.statusCode, both.json().error], [400, 'invalid_request'], `${door}: two ways at once`)
    }
    const { access_token: token = '' } = await tokensFor(gatepass, acme, made)
    const curious = await ask(gatepass, '/oauth/introspect', bare, { client_id: bare.clientId, token })
    t.same(
      [curious.statusCode, curious.json().error],
      [401, 'invalid_client'],
      'a public client asks about nothing',
    )
    for (const door of ['/oauth/introspect', '/oauth/revoke'])
      await isRefused(t, ask(gatepass, door, made, {}), [400, 'invalid_request'], `${door} without a token`)
  })
})

t.test('resists', async t => {
  t.test('refresh token reuse: whoever presents a used one ends the session for everybody', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tokens = await tokensFor(gatepass, acme, made)
    const second = (await refresh(gatepass, made, tokens.refresh_token!)).json()
    t.equal((await gatepass.userinfo(second.access_token)).statusCode, 200)
    await isRefused(t, refresh(gatepass, made, tokens.refresh_token!), [400, 'invalid_grant'])
    await isRefused(
      t,
      refresh(gatepass, made, second.refresh_token),
      [400, 'invalid_grant'],
      'the newest is dead too',
    )
    for (const token of [tokens.access_token!, second.access_token])
      t.equal((await gatepass.userinfo(token)).statusCode, 401)
    const step = (await gatepass.steps()).find(({ reason }) => reason === 'refresh_token_used')
    t.match(step, { projectId: acme.id, reader: ada.emailId, step: 'swap', outcome: 'failed' })

    const other = await tokensFor(gatepass, acme, made)
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => refresh(gatepass, made, other.refresh_token!)),
    )
    t.equal(answers.filter(({ statusCode }) => statusCode === 200).length, 1, 'one of many at once')
  })

  t.test('codes, tokens and refresh tokens of another client or project', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const far = await gatepass.project({ slug: 'far' })
    const [made, sibling] = [await register(gatepass, acme), await register(gatepass, acme)]
    const stranger = await register(gatepass, far)
    const bare = await register(gatepass, acme, { authMethod: 'none' })
    const tokens = await tokensFor(gatepass, acme, made)
    const { code, verifier } = await grantedCode(gatepass, acme, made)
    for (const by of [sibling, stranger, bare]) {
      const own: Record<string, string> = by === bare ? { client_id: bare.clientId } : {}
      const swapped = swap(gatepass, by, code, { code_verifier: verifier, ...own })
      await isRefused(t, swapped, [400, 'invalid_grant'])
      await isRefused(t, refresh(gatepass, by, tokens.refresh_token!, own), [400, 'invalid_grant'])
      const revoked = await ask(gatepass, '/oauth/revoke', by, { token: tokens.access_token!, ...own })
      t.equal(revoked.statusCode, 200, 'RFC 7009: the answer tells nothing')
      await ask(gatepass, '/oauth/revoke', by, { token: tokens.refresh_token!, ...own })
    }
    t.equal(await isActive(gatepass, stranger, tokens.access_token!), false, 'nor does introspection')
    t.equal(await isActive(gatepass, stranger, tokens.refresh_token!), false)
    t.equal(await isActive(gatepass, sibling, tokens.access_token!), true)
    t.equal((await gatepass.userinfo(tokens.access_token!)).statusCode, 200, 'nothing was revoked')
    t.equal((await refresh(gatepass, made, tokens.refresh_token!)).statusCode, 200, 'nor used')
    t.equal((await swap(gatepass, made, code, { code_verifier: verifier })).statusCode, 200, 'nor spent')
  })

  t.test('a pushed code is nothing that a client without a secret could swap', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const bare = await register(gatepass, acme, { authMethod: 'none' })
    const { verifier, asked } = pkce()
    const bound = { codeChallenge: asked.code_challenge, codeChallengeMethod: 'S256' }
    const pushed = await gatepass.code(acme)
    const form = { grant_type: 'authorization_code', client_id: bare.clientId }
    await isRefused(t, gatepass.token({ ...form, code: pushed }), [400, 'invalid_grant'])
    const own = gatepass.token({ ...form, code: await gatepass.code(acme, bound), code_verifier: verifier })
    await isRefused(t, own, [400, 'invalid_grant'])
    t.equal((await gatepass.swap(acme, pushed)).statusCode, 200)
  })

  t.test('a granted code is nothing for the callback of the site, or of the identity server', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const { code, verifier } = await grantedCode(gatepass, acme, made)
    t.equal((await gatepass.callback(acme, code)).statusCode, 400)
    const tab = browser(gatepass)
    await tab.go(requestOf(made.clientId))
    t.equal((await tab.go(`${issuer}/jwt/authorize?code=${code}`)).answer!.statusCode, 400)
    t.equal((await swap(gatepass, made, code, { code_verifier: verifier })).statusCode, 200)
  })

  t.test('tokens that are re-spelled, of another kind, or expired', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const tokens = await tokensFor(gatepass, acme, made)
    const token = tokens.access_token!
    const [header, claims, signature] = token.split('.') as [string, string, string]
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
    const spelled = [
      ...[
        `${token}=`,
        ` ${token}`,
        `${token}.`,
        `${header}.${claims}.`,
        `${none}.${claims}.`,
        `${none}.${claims}`,
      ],
      ...[
        `${header}=.${claims}.${signature}`,
        token.replace('-', '+'),
        tokens.id_token!,
        tokens.refresh_token!,
      ],
    ].filter(each => each !== token)
    for (const each of spelled) {
      if (each !== tokens.refresh_token) t.equal(await isActive(gatepass, made, each), false, each.slice(-20))
      t.equal((await gatepass.userinfo(each.trim() === token ? 'x' : each)).statusCode, 401)
      await ask(gatepass, '/oauth/revoke', made, { token: each === tokens.refresh_token ? 'x' : each })
    }
    t.equal((await gatepass.userinfo(token)).statusCode, 200, 'none of it revoked the real one')
    gatepass.clock.minutes(15)
    t.equal(await isActive(gatepass, made, token), false)
    t.equal((await gatepass.userinfo(token)).statusCode, 401)
  })

  t.test('a client that was deleted: its codes, tokens and refresh tokens are worth nothing', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const [made, sibling] = [await register(gatepass, acme), await register(gatepass, acme)]
    const tokens = await tokensFor(gatepass, acme, made)
    const { code, verifier } = await grantedCode(gatepass, acme, made)
    t.equal(await isActive(gatepass, sibling, tokens.access_token!), true)
    await deleteSiteClient(gatepass.rules, gatepass.actor, acme.slug, made.clientId)
    t.equal((await gatepass.userinfo(tokens.access_token!)).statusCode, 401)
    t.equal(await isActive(gatepass, sibling, tokens.access_token!), false)
    t.equal(await isActive(gatepass, sibling, tokens.refresh_token!), false)
    await isRefused(t, refresh(gatepass, made, tokens.refresh_token!), [401, 'invalid_client'])
    await isRefused(t, swap(gatepass, made, code, { code_verifier: verifier }), [401, 'invalid_client'])
    t.equal((await gatepass.get(requestOf(made.clientId).href)).statusCode, 400)
  })

  t.test(
    'client assertions: replayed, for another server, too long-lived, signed by another key',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const { privateKey, jwks } = await signer()
      const stranger = await signer()
      const made = await register(gatepass, acme, { authMethod: 'private_key_jwt', jwks })
      const other = await register(gatepass, acme, { authMethod: 'private_key_jwt', jwks: stranger.jwks })
      const id = made.clientId
      const now = gatepass.clock.now() / 1000
      const as = async (signed: string, claimed: string | undefined = id) =>
        (await introspectAs(gatepass, claimed, signed, 'x')).statusCode

      const good = await assertion(gatepass, id, privateKey)
      t.equal(await as(good), 200)
      t.equal(await as(good), 401, 'the same one again')
      gatepass.clock.seconds(30)
      t.equal(await as(await assertion(gatepass, id, privateKey, { jti: 'x' })), 200)
      t.equal(
        await as(await assertion(gatepass, id, privateKey, { jti: 'x' })),
        401,
        'another one with a used jti',
      )
      t.equal(
        await as(await assertion(gatepass, id, privateKey, { exp: now + 120.123_456 })),
        200,
        'fractions of a second',
      )
      for (const aud of [issuer, `${issuer}/oauth/token`, [issuer, 'https://other.example']])
        t.equal(await as(await assertion(gatepass, id, privateKey, { aud }), undefined), 200)
      const wrong: Record<string, unknown>[] = [
        ...[{ aud: 'https://other.example' }, { aud: undefined }, { iss: 'x' }, { sub: other.clientId }],
        ...[{ exp: now - 60 }, { exp: undefined }, { exp: now + 3600 }, { exp: 'soon' }, { exp: 1e300 }],
        ...[{ jti: undefined }, { jti: 5 }, { jti: 'j'.repeat(300) }, { nbf: now + 300 }],
      ]
      for (const changes of wrong)
        t.equal(
          await as(await assertion(gatepass, id, privateKey, changes)),
          401,
          JSON.stringify(changes).slice(0, 60),
        )
      t.equal(await as(await assertion(gatepass, id, stranger.privateKey)), 401, 'another key')
      t.equal(
        await as(await assertion(gatepass, id, privateKey), other.clientId),
        401,
        'in another client’s name',
      )
      const hmac = await new SignJWT({ jti: 'h' })
        .setProtectedHeader({ alg: 'HS256', kid: 'one' })
        .setIssuer(id)
        .setSubject(id)
        .setAudience(issuer)
        .setExpirationTime(now + 60)
        .sign(Buffer.from(JSON.stringify(jwks.keys[0])))
      for (const each of [hmac, 'x', '', '..', `${none}.e30.`, `${good}=`, 'x'.repeat(20_000)]) {
        const status = await as(each)
        t.ok(status === 400 || status === 401, `${each.slice(0, 20)}: ${status}`)
      }
      const secretToo = await ask(gatepass, '/oauth/introspect', made, {
        ...{ client_id: id, client_secret: 'x', token: 'x', client_assertion: good },
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      })
      t.equal(secretToo.statusCode, 400)
    },
  )

  t.test('a public client whose ID is known can do nothing without the code’s verifier', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const bare = await register(gatepass, acme, { authMethod: 'none' })
    const { code, verifier } = await grantedCode(gatepass, acme, bare)
    const own = { client_id: bare.clientId }
    await isRefused(t, swap(gatepass, bare, code, own), [400, 'invalid_grant'])
    const response = await swap(gatepass, bare, code, { ...own, code_verifier: verifier })
    t.equal(response.statusCode, 200)
    t.equal((await swap(gatepass, bare, code, { ...own, code_verifier: verifier })).statusCode, 400)
    t.equal((await gatepass.userinfo(response.json().access_token)).statusCode, 401)
  })
})

t.test('settings of a client', async t => {
  t.test('refuses addresses and keys that could not work, all named at once', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { jwks, privateKey } = await signer()
    const secret = { keys: [await exportJWK(privateKey)] }
    const wrong = [
      ...[
        { redirectUris: ['https://kb.example/#x'] },
        { redirectUris: ['javascript:alert(1)'] },
        { redirectUris: ['/x'] },
      ],
      ...[{ postLogoutRedirectUris: ['ftp://x'] }, { backchannelLogoutUri: 'https://a:b@kb.example' }],
      ...[{ authMethod: 'private_key_jwt' }, { authMethod: 'private_key_jwt', jwks: { keys: [] } }],
      ...[
        { jwks: secret },
        { jwks: { keys: [{ kty: 'oct', k: 'x' }] } },
        { jwks: { keys: [5] } },
        { jwks: { keys: [{}] } },
      ],
    ]
    for (const settings of wrong) {
      const made = register(gatepass, acme, settings as never)
      t.match(await made.catch(error => error), { code: 'invalid_request' }, JSON.stringify(settings))
    }
    const made = await register(gatepass, acme, { authMethod: 'private_key_jwt', jwks })
    const emptied = updateSiteClient(gatepass.rules, gatepass.actor, acme.slug, made.clientId, { jwks: null })
    t.match(await emptied.catch(error => error), { code: 'invalid_request' })
  })
})

/** A client assertion as it should be, but for the changes. */
async function assertion(
  gatepass: TestApp,
  clientId: string,
  key: Parameters<SignJWT['sign']>[0],
  changes: Record<string, unknown> = {},
): Promise<string> {
  const now = gatepass.clock.now() / 1000
  const usual = { iss: clientId, sub: clientId, aud: issuer, iat: now, exp: now + 60, jti: `${++assertions}` }
  const claims = JSON.parse(JSON.stringify({ ...usual, ...changes }))
  return await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(key)
}

async function introspectAs(gatepass: TestApp, clientId: string | undefined, signed: string, token: string) {
  return await gatepass.app.inject({
    method: 'POST',
    url: `${issuer}/oauth/introspect`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      ...(clientId !== undefined && { client_id: clientId }),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: signed,
      token,
    }).toString(),
  })
}
