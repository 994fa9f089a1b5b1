// What an OpenID provider can say that is not taken, and what becomes of a reader then: a page with a way on, and the
// true reason in the attempt. The provider here says whatever a test wants.
import { SignJWT } from 'jose'
import t from 'tap'
import type { Reason } from '../../../src/audit/reasons.ts'
import { updateProject } from '../../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../../src/sessions/block-reader.ts'
import { deleteIdentityProvider } from '../../../src/upstream/manage-identity-providers.ts'
import { Jar } from '../../jar.ts'
import { issuer, type TestApp } from '../../start-app.ts'
import { addProvider } from '../providers.ts'
import type { Answer as ProviderAnswer } from '../stand-in.ts'
import { leave, openidApp, startPuppet, switchStandard } from './world.ts'

type Answer = Awaited<ReturnType<Jar['get']>>

async function world(
  t: Parameters<typeof openidApp>[0],
  settings: Record<string, unknown> = {},
  more: Parameters<typeof openidApp>[2] = {},
) {
  const { gatepass, acme } = await openidApp(t, {}, more)
  const puppet = await startPuppet(t, gatepass, acme, settings)
  const jar = new Jar(gatepass.app)
  const wholeWay = async (more: Record<string, string | undefined> = {}) =>
    await puppet.comeBack(jar, await leave(jar, acme), more)
  return { gatepass, acme, puppet, jar, wholeWay }
}

/** A page for people with the attempt's trace ID and a link that begins again, and why in the attempt. */
async function refused(
  t: Parameters<typeof openidApp>[0],
  gatepass: TestApp,
  answer: Answer,
  reason: Reason,
  detail: Record<string, unknown> = {},
  status = 400,
) {
  t.equal(answer.statusCode, status, `${reason}: ${answer.statusCode}`)
  t.match(answer.headers['content-type'], /text\/html/)
  const step = await gatepass.lastStep()
  t.match(step, { outcome: 'failed', reason, detail })
  t.ok(answer.body.includes(step.traceId), 'the page has the trace ID of the attempt')
  t.match(answer.body, /class="button" href="http:\/\/acme\.test\/docs\/x"/, 'and begins again')
  t.equal(await gatepass.count('codes'), 0)
  t.equal(await gatepass.count('sessions'), 0)
}

t.test('works', async t => {
  t.test('the puppet is believed while it says what is true', async t => {
    const { jar, wholeWay, acme } = await world(t)
    const returned = await wholeWay()
    t.equal(returned.statusCode, 303, returned.body)
    const landed = await jar.get(String(returned.headers.location))
    t.equal(landed.headers.location, `${acme.siteUrl}/docs/x`)
  })
})

t.test('refuses', async t => {
  t.test('ID tokens that are not for us, not now, not of this sign-in, or not signed', async t => {
    const { gatepass, puppet, wholeWay } = await world(t)
    const now = Math.floor(gatepass.clock.now() / 1000)
    const cases: [Record<string, unknown>, Reason][] = [
      [{ aud: 'another app' }, 'subject_token_other_app'],
      [{ aud: ['portal', 'another app'], azp: 'portal' }, 'subject_token_other_app'],
      [{ azp: 'another app' }, 'subject_token_invalid'],
      [{ nonce: 'of somebody else' }, 'subject_token_invalid'],
      [{ nonce: undefined }, 'subject_token_invalid'],
      [{ iat: now - 7200, exp: now - 31 }, 'subject_token_expired'],
      [{ exp: undefined }, 'subject_token_invalid'],
      [{ iat: now + 40 }, 'subject_token_invalid'],
      [{ iss: 'https://evil.test' }, 'subject_token_invalid'],
      [{ sub: 'with\nbreak' }, 'subject_token_invalid'],
      [{ sub: undefined }, 'subject_token_invalid'],
    ]
    for (const [claims, reason] of cases) {
      puppet.claims = claims
      await refused(t, gatepass, await wholeWay(), reason)
    }
    puppet.claims = { iat: now - 3600, exp: now - 25 }
    t.equal((await wholeWay()).statusCode, 303, 'clocks may differ by half a minute')
  })

  t.test('alg none, a shared secret, a foreign key, and no token at all', async t => {
    const { gatepass, puppet, wholeWay } = await world(t)
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const times = { iat: Math.floor(gatepass.clock.now() / 1000), exp: gatepass.clock.now() }
    const lies: NonNullable<typeof puppet.idToken>[] = [
      claims => `${part({ alg: 'none' })}.${part({ ...times, ...claims })}.`,
      claims => `${part({ alg: 'none' })}.${part({ ...times, ...claims })}.AAAA`,
      claims =>
        new SignJWT({ ...times, ...claims })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(Buffer.from('puppet secret'.padEnd(32, ' '))),
      claims => puppet.keys.sign(claims, { by: 'foreign' }),
      claims => puppet.keys.sign(claims, { header: { typ: 'at+jwt' } }),
      () => 'no JWT',
    ]
    for (const lie of lies) {
      puppet.idToken = lie
      await refused(t, gatepass, await wholeWay(), 'subject_token_invalid')
      if (lies.indexOf(lie) < 3) t.notOk(puppet.server.asked.includes('GET /keys'), 'no key is asked for')
      gatepass.clock.seconds(31)
    }
  })

  t.test('an answer without iss, of another issuer, twice, or with an unknown state', async t => {
    const { gatepass, puppet, jar, acme, wholeWay } = await world(t)
    await refused(t, gatepass, await wholeWay({ iss: undefined }), 'answer_mixed_up', { issuer: null })
    const foreign = { issuer: 'https://evil.test', expected: puppet.issuer }
    await refused(t, gatepass, await wholeWay({ iss: 'https://evil.test' }), 'answer_mixed_up', foreign)
    const away = await leave(jar, acme)
    const state = new URL(away).searchParams.get('state')!
    const twice = `${issuer}/upstream/openid/acme/staff/callback?state=${state}&iss=${puppet.issuer}&iss=x`
    await refused(t, gatepass, await jar.get(twice), 'answer_mixed_up')
    t.equal((await puppet.comeBack(jar, away)).statusCode, 303, 'nothing of that has spent the sign-in')
    for (const state of [undefined, '', 'x', 'A'.repeat(43)]) {
      const lost = await puppet.comeBack(jar, away, { state: state ?? '' })
      t.equal(lost.statusCode, 400)
      t.match(await gatepass.lastStep(), { reason: 'answer_not_awaited', detail: { problem: 'unknown' } })
    }
    t.equal(puppet.server.asked.filter(each => each === 'POST /token').length, 1, 'and nobody was asked')
  })

  t.test('an answer of one provider at the sign-in of another (mix-up)', async t => {
    const { gatepass, puppet, jar, acme } = await world(t)
    const other = await startPuppet(t, gatepass, acme, {}, 'other')
    const start = String((await jar.get(`${acme.siteUrl}/docs/x`)).headers.location)
    const away = String((await jar.get(`${start}&provider=staff`)).headers.location)
    const to = new URL(away).searchParams.get('redirect_uri')!
    const state = new URL(away).searchParams.get('state')!
    const answer = (path: string, iss: string | undefined) =>
      jar.get(`${path}?code=c&state=${state}${iss === undefined ? '' : `&iss=${encodeURIComponent(iss)}`}`)
    await refused(t, gatepass, await answer(to, other.issuer), 'answer_mixed_up')
    // One that never says who it is sends readers to its own address.
    other.discovery.authorization_response_iss_parameter_supported = false
    const othersUri = to.replace('/staff/', '/other/')
    await refused(t, gatepass, await answer(othersUri, undefined), 'answer_mixed_up')
    await refused(t, gatepass, await answer(othersUri, other.issuer), 'answer_mixed_up')
    t.same(
      [puppet, other].flatMap(({ server }) => server.asked).filter(each => each === 'POST /token'),
      [],
      'no code went to either of them',
    )
  })

  t.test('an answer that comes again, too late, or in another browser', async t => {
    const { gatepass, puppet, jar, acme } = await world(t)
    const away = await leave(jar, acme)
    const thief = new Jar(gatepass.app)
    await refused(t, gatepass, await puppet.comeBack(thief, away), 'other_browser')
    const cookie = jar.names().find(name => name.includes('upstream'))!
    thief.set(cookie, 'A'.repeat(43))
    await refused(t, gatepass, await puppet.comeBack(thief, away), 'other_browser')
    const before = jar.copy()
    const late = jar.copy()
    t.equal((await puppet.comeBack(jar, away)).statusCode, 303, 'and has spoilt nothing')
    await gatepass.database.write(tx => tx.deleteFrom('codes').execute())
    const again = { problem: 'taken before' }
    await refused(t, gatepass, await puppet.comeBack(before, away), 'answer_not_awaited', again)

    const other = await leave(late, acme)
    gatepass.clock.minutes(15)
    await refused(t, gatepass, await puppet.comeBack(late, other), 'answer_not_awaited', { problem: 'over' })
  })

  t.test('errors in the place of an answer, and what a provider says about them as text', async t => {
    const { gatepass, wholeWay } = await world(t)
    for (const error of ['access_denied', 'login_required', 'interaction_required', 'made_up<b>']) {
      const answer = await wholeWay({ code: undefined, error, error_description: '<b>x</b>\u202e' })
      await refused(t, gatepass, answer, 'provider_refused', { error })
      t.notMatch(answer.body, /<b>x/, 'the page quotes nobody')
    }
    for (const error of ['temporarily_unavailable', 'server_error'])
      await refused(t, gatepass, await wholeWay({ error }), 'provider_refused', { error }, 503)
  })

  t.test('userinfo that speaks of somebody else, or gives none', async t => {
    const { gatepass, puppet, wholeWay } = await world(t)
    puppet.claims = { given_name: undefined }
    puppet.userinfo = { sub: 'u2', given_name: 'Eve' }
    const problem = { problem: 'userinfo speaks of somebody else' }
    await refused(t, gatepass, await wholeWay(), 'subject_token_invalid', problem)
    puppet.userinfo = {}
    await refused(t, gatepass, await wholeWay(), 'subject_token_invalid')
    puppet.userinfo = { sub: 'u1', given_name: 'Ada', email: 'eve@example.com', email_verified: true }
    const returned = await wholeWay()
    t.equal(returned.statusCode, 303)
    const [reader] = await gatepass.database.read.selectFrom('readers').selectAll().execute()
    t.match(reader, { first_name: 'Ada', email: 'ada@example.com' }, 'what is signed goes first')
  })

  t.test('a token endpoint that refuses, challenges, talks nonsense', async t => {
    const { gatepass, puppet, wholeWay } = await world(t)
    const cases: [number, object | string, Record<string, string>, Reason, number][] = [
      [400, { error: 'invalid_grant' }, {}, 'provider_refused', 400],
      [401, { error: 'invalid_client' }, {}, 'provider_secret_wrong', 400],
      [401, {}, { 'www-authenticate': 'Basic realm="x"' }, 'provider_secret_wrong', 400],
      [500, 'oops', {}, 'provider_unreachable', 503],
      [200, '<html>', {}, 'provider_unreachable', 503],
      [302, '', { location: 'http://169.254.169.254/' }, 'provider_unreachable', 503],
      [302, '', { location: `${puppet.issuer}/elsewhere` }, 'provider_unreachable', 503],
      [204, '', {}, 'provider_unreachable', 503],
      [200, { access_token: 'at', token_type: 'Bearer' }, {}, 'subject_token_invalid', 400],
      [200, { id_token: 5 }, {}, 'subject_token_invalid', 400],
      [200, '[]', {}, 'subject_token_invalid', 400],
    ]
    await wholeWay({ error: 'x' })
    for (const [status, body, headers, reason, ours] of cases) {
      puppet.server.instead = (_, response) => {
        response.writeHead(status, { 'content-type': 'application/json', ...headers })
        response.end(typeof body === 'string' ? body : JSON.stringify(body))
      }
      await refused(t, gatepass, await wholeWay(), reason, {}, ours)
    }
    t.notOk(puppet.server.asked.includes('GET /elsewhere'), 'redirects are not followed')
  })

  t.test('a provider that is down, slow, endless, or sends us on to a private address', async t => {
    const trouble: [string, (response: Parameters<ProviderAnswer>[1]) => unknown][] = [
      ['no_connection', response => response.destroy()],
      ['answer_too_large', response => response.end('x'.repeat(10 * 1024 * 1024))],
      ['answered 302', response => response.writeHead(302, { location: 'http://10.0.0.1/' }).end()],
      ['no discovery document', response => response.end('{')],
      ['too_slow', () => {}],
    ]
    const { gatepass, puppet, jar, acme } = await world(t, {}, { outboundPatience: 1_500 })
    for (const [problem, answer] of trouble) {
      puppet.server.instead = (_, response) => answer(response)
      const start = String((await jar.get(`${acme.siteUrl}/docs/x`)).headers.location)
      await refused(t, gatepass, await jar.get(start), 'provider_unreachable', { problem }, 503)
      const before = puppet.server.asked.length
      t.equal((await jar.get(start)).statusCode, 503)
      t.equal(puppet.server.asked.length, before, 'it is left alone for half a minute')
      gatepass.clock.seconds(31)
    }
    puppet.server.instead = undefined
    t.match(await leave(jar, acme), puppet.issuer, 'and found again by itself')
    puppet.server.instead = (_, response) => response.destroy()
    gatepass.clock.minutes(10)
    t.match(await leave(jar, acme), puppet.issuer, 'what it said before is used for an hour')
  })

  t.test('discovery of another issuer, or with addresses that are none', async t => {
    const { gatepass, puppet, jar, acme } = await world(t)
    for (const lie of [
      { issuer: 'https://evil.test' },
      { issuer: undefined },
      { jwks_uri: 'javascript:alert(1)' },
      { authorization_endpoint: 'javascript:alert(1)' },
      { authorization_endpoint: undefined },
    ]) {
      for (const name of Object.keys(puppet.discovery)) delete puppet.discovery[name]
      Object.assign(puppet.discovery, lie)
      const start = String((await jar.get(`${acme.siteUrl}/docs/x`)).headers.location)
      await refused(t, gatepass, await jar.get(start), 'provider_unreachable', {}, 503)
      gatepass.clock.minutes(61)
    }
  })

  t.test('private addresses, where they are not allowed', async t => {
    const { gatepass, acme } = await openidApp(t, { ALLOW_PRIVATE_NETWORKS: 'off' })
    const puppet = await startPuppet(t, gatepass, acme)
    const jar = new Jar(gatepass.app)
    const start = String((await jar.get(`${acme.siteUrl}/docs/x`)).headers.location)
    const problem = { problem: 'address_refused' }
    await refused(t, gatepass, await jar.get(start), 'provider_unreachable', problem, 503)
    t.same(puppet.server.asked, [])
  })

  t.test('a reader who is blocked, and groups that are not of this project', async t => {
    const { gatepass, acme, puppet, wholeWay } = await world(t, { groupsClaim: 'roles' })
    puppet.claims = { roles: ['ghosts', 5, { x: 1 }] }
    t.equal((await wholeWay()).statusCode, 303, 'groups that mean nothing here keep nobody out')
    await gatepass.database.write(tx => tx.deleteFrom('codes').execute())
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    const input = { project, reader: `${puppet.issuer} u1`, blocked: true }
    await setReaderBlocked(gatepass.rules, gatepass.actor, input)
    const answer = await wholeWay()
    await refused(t, gatepass, answer, 'reader_blocked', {}, 403)
    t.match(answer.body, /access to this knowledge base was taken back/)
  })

  t.test('one standard at a time: the door closes, for sign-ins under way too', async t => {
    const { gatepass, acme, puppet, jar } = await world(t)
    const away = await leave(jar, acme)
    t.equal((await gatepass.push(acme)).statusCode, 403, 'the door of another standard')
    t.match(await gatepass.lastStep(), { step: 'code', reason: 'other_standard' })

    await switchStandard(gatepass, 'jwt')
    const tried = { standard: 'jwt', tried: 'openid' }
    const answer = await puppet.comeBack(jar, away)
    await refused(t, gatepass, answer, 'other_standard', tried, 403)
    t.match(answer.body, /signs readers in another way by now/)
    t.notOk(puppet.server.asked.includes('POST /token'), 'the code of the provider was not spent')
    const start = await jar.get(`${issuer}/upstream/openid/acme/start?RedirectPath=/docs/x`)
    await refused(t, gatepass, start, 'other_standard', tried, 403)

    // Switched while the provider is asked for the token.
    await switchStandard(gatepass, 'openid')
    const again = await leave(jar, acme)
    const usual = puppet.keys.sign
    puppet.idToken = async claims => {
      await switchStandard(gatepass, 'accounts')
      return await usual(claims)
    }
    await refused(t, gatepass, await puppet.comeBack(jar, again), 'other_standard', {}, 403)
  })

  t.test('a project without a provider, one that is gone, one that is not for signing in', async t => {
    const { gatepass, acme } = await openidApp(t)
    const jar = new Jar(gatepass.app)
    const start = async () => String((await jar.get(`${acme.siteUrl}/docs/x`)).headers.location)
    const none = await jar.get(await start())
    await refused(t, gatepass, none, 'provider_missing', {}, 403)
    t.match(none.body, /not set up for this knowledge base yet/)
    await addProvider(gatepass, acme, 'oidc', { issuer: 'http://x.test', clientIds: ['x'] }, { slug: 'api' })
    await refused(t, gatepass, await jar.get(await start()), 'provider_missing', {}, 403)
    await refused(
      t,
      gatepass,
      await jar.get(`${await start()}&provider=api`),
      'provider_unknown',
      { provider: 'api' },
      403,
    )

    const puppet = await startPuppet(t, gatepass, acme)
    const away = await leave(jar, acme)
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof deleteIdentityProvider>[2]
    await deleteIdentityProvider(gatepass.rules as never, gatepass.actor, project, 'staff')
    await refused(t, gatepass, await puppet.comeBack(jar, away), 'provider_unknown', {}, 403)
    const closed = { jwtEnabled: false }
    await updateProject(gatepass.rules, gatepass.actor, 'acme', closed)
    const off = await jar.get(`${issuer}/upstream/openid/acme/start?RedirectPath=/docs/x`)
    await refused(t, gatepass, off, 'jwt_off', {}, 403)
  })
})

t.test('resists', async t => {
  t.test('a challenge that is none, which would leave the sign-in unbound', async t => {
    const { gatepass, acme } = await openidApp(t)
    await startPuppet(t, gatepass, acme)
    const S256 = '&code_challenge_method=S256'
    for (const query of [
      `code_challenge=short${S256}`,
      `code_challenge=${'A'.repeat(43)}`,
      `code_challenge=${'A'.repeat(43)}&code_challenge_method=plain`,
      `code_challenge=${'A'.repeat(43)}&code_challenge=${'A'.repeat(43)}${S256}`,
      'code_challenge_method=S256',
    ]) {
      const answer = await gatepass.get(`${issuer}/upstream/openid/acme/start?${query}`)
      t.equal(answer.statusCode, 400, query)
      t.equal(answer.headers.location, undefined)
    }
    t.equal(await gatepass.count('upstream_sign_ins'), 0)
  })

  t.test('a page to land on that is not one of the site, and parameters with anything in them', async t => {
    const { gatepass, acme } = await openidApp(t)
    const puppet = await startPuppet(t, gatepass, acme)
    for (const path of ['https://evil.test', '//evil.test', '/\\evil.test', 'javascript:x', '/logout']) {
      const jar = new Jar(gatepass.app)
      const start = `${issuer}/upstream/openid/acme/start?RedirectPath=${encodeURIComponent(path)}`
      const away = String((await jar.get(start)).headers.location)
      const landed = await jar.get(String((await puppet.comeBack(jar, away)).headers.location))
      t.equal(landed.headers.location, `${acme.siteUrl}/`, path)
    }
    const odd = 'prompt=none%20login&max_age=-1&login_hint=a%00b&ui_locales=%3Cb%3E&state=x&provider='
    const answer = await gatepass.get(`${issuer}/upstream/openid/acme/start?${odd}`)
    const sent = new URL(String(answer.headers.location)).searchParams
    for (const name of ['prompt', 'max_age', 'login_hint', 'ui_locales']) t.equal(sent.get(name), null, name)
  })

  t.test('an address that the provider does not vouch for, in whatever way it does not', async t => {
    const { gatepass, puppet, wholeWay } = await world(t, { emailClaim: 'upn' })
    const emails = async () =>
      (await gatepass.database.read.selectFrom('readers').select('email').execute()).map(({ email }) => email)
    puppet.claims = { upn: 'root@example.com', email_verified: true }
    t.equal((await wholeWay()).statusCode, 303)
    t.same(await emails(), [''], 'email_verified speaks of the claim email alone')

    const plain = await world(t)
    const of = plain.gatepass.database.read.selectFrom('readers').select(['external_id', 'email'])
    for (const [sub, email_verified] of Object.entries({
      a: undefined,
      b: false,
      c: 'true',
      d: 1,
      e: null,
    })) {
      plain.puppet.claims = { sub, email: 'root@example.com', email_verified }
      plain.puppet.userinfo = { sub, email_verified: false }
      t.equal((await plain.wholeWay()).statusCode, 303)
    }
    const readers = await of.execute()
    t.equal(readers.length, 5)
    t.same([...new Set(readers.map(({ email }) => email))], [''])
  })

  t.test('secrets stand neither in the database, nor in the log, nor in the timeline', async t => {
    const { gatepass, puppet, jar, acme } = await world(t)
    const away = await leave(jar, acme)
    const state = new URL(away).searchParams.get('state')!
    const cookies = jar.names().filter(name => name.includes('upstream'))
    t.equal(cookies.length, 1)
    const rows = JSON.stringify(
      await gatepass.database.read.selectFrom('upstream_sign_ins').selectAll().execute(),
    )
    await puppet.comeBack(jar, away, { code: 'code-of-the-provider' })
    const told = gatepass.log() + JSON.stringify(await gatepass.steps())
    for (const secret of [state, jar.value(cookies[0]!) ?? 'puppet secret', 'puppet secret']) {
      t.notMatch(rows, secret)
      t.notMatch(told, secret)
    }
    t.notMatch(told, 'code-of-the-provider')
  })

  t.test('a hundred tabs leave five cookies, and a stranger only so many steps', async t => {
    const { gatepass, acme } = await openidApp(t)
    await startPuppet(t, gatepass, acme)
    const jar = new Jar(gatepass.app)
    for (let tab = 0; tab < 100; tab++) {
      await jar.get(`${issuer}/upstream/openid/acme/start`)
      gatepass.clock.advance(2)
    }
    t.equal(jar.names().filter(name => name.includes('upstream')).length, 5)
    const steps = (await gatepass.steps()).filter(({ step }) => step === 'provider')
    t.equal(steps.length, 60)
  })

  t.test('the cookie is bound to this very host over https, and links are not fetched ahead', async t => {
    const { gatepass, acme } = await openidApp(t, { GATEPASS_URL: 'https://id.test' })
    await startPuppet(t, gatepass, acme)
    const start = 'https://id.test/upstream/openid/acme/start'
    const [cookie] = [(await gatepass.get(start)).headers['set-cookie'] ?? []].flat()
    t.match(cookie, /^__Host-gatepass_upstream_[0-9a-f]{32}=/)
    t.match(cookie, /; Path=\/; Max-Age=900; HttpOnly; SameSite=Lax; Secure$/)
    t.equal((await gatepass.get(start, { 'sec-purpose': 'prefetch' })).statusCode, 403)
    t.equal((await gatepass.app.inject({ method: 'HEAD', url: start })).statusCode, 405)
    t.equal((await gatepass.get('https://id.test/upstream/openid/nobody/start')).statusCode, 404)
  })
})
