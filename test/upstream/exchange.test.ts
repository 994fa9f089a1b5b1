// A provider's token for tokens of ours (contract, section 6), from servers that speak as Google, Facebook, GitHub and an
// OpenID issuer do.
import { createHmac } from 'node:crypto'
import { decodeJwt, exportSPKI } from 'jose'
import t from 'tap'
import { wrappingKey } from '../../src/keys/wrap.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { createSiteClient } from '../../src/projects/site-clients.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { updateIdentityProvider } from '../../src/upstream/manage-identity-providers.ts'
import { basic, startApp, type TestApp } from '../start-app.ts'
import {
  ACCESS_TOKEN,
  addProvider,
  EXCHANGE,
  exchange,
  fbAda,
  googleAda,
  ID_TOKEN,
  JWT,
  octocatEmails,
  startFacebook,
  startGitHub,
  startGoogle,
  startIssuer,
} from './providers.ts'
import { keyOf } from './saml/saml-idp.ts'
import type { Answer } from './stand-in.ts'

async function start(
  t: Parameters<typeof startApp>[0],
  env: Record<string, string> = {},
  more: Parameters<typeof startApp>[2] = {},
) {
  const gatepass = await startApp(t, env, more)
  return { gatepass, acme: await gatepass.project() }
}

const facebook = { subject_issuer: 'facebook' }
const byAccessToken = { subject_issuer: 'facebook', subject_token_type: ACCESS_TOKEN }
const github = { subject_issuer: 'github', subject_token_type: ACCESS_TOKEN }
const staff = { subject_issuer: 'staff' }

/** The exchange was refused as every other one is, and its true reason stands in the timeline. */
async function refused(
  t: Parameters<typeof startApp>[0],
  gatepass: TestApp,
  response: Awaited<ReturnType<typeof exchange>>,
  reason: string,
  detail: Record<string, unknown> = {},
) {
  t.equal(response.statusCode, 400, reason)
  const { trace_id: traceId, ...answer } = response.json()
  t.same(answer, { error: 'invalid_grant', error_description: "The provider's token is not taken." })
  const step = (await gatepass.attempt(traceId)).at(-1)!
  t.match(step, { step: 'exchange', outcome: 'failed', reason, detail })
}

const sessions = (gatepass: TestApp) => gatepass.count('sessions')

t.test('works', async t => {
  t.test('Google: an ID token becomes tokens of ours and a session, known by issuer and subject', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    const response = await exchange(gatepass, acme, await google.sign(googleAda))
    t.equal(response.statusCode, 200)
    t.equal(response.headers['cache-control'], 'no-store')
    const answer = response.json()
    t.match(answer, {
      token_type: 'Bearer',
      issued_token_type: ACCESS_TOKEN,
      expires_in: 900,
      scope: 'openid profile email groups',
    })
    t.match(decodeJwt(answer.id_token), {
      aud: acme.siteClientId,
      email: googleAda.email,
      name: 'Ada Lovelace',
    })
    const [reader] = await gatepass.database.read.selectFrom('readers').selectAll().execute()
    t.equal(reader!.external_id, `https://accounts.google.com ${googleAda.sub}`)
    t.match((await gatepass.userinfo(answer.access_token)).json(), {
      sub: reader!.id,
      email: googleAda.email,
    })
    const [session] = await gatepass.database.read.selectFrom('sessions').selectAll().execute()
    t.match(session, { kind: 'tokens', client_id: acme.siteClientId, reader_id: reader!.id })
    t.match(await gatepass.lastStep(), {
      step: 'exchange',
      outcome: 'passed',
      reader: reader!.external_id,
      detail: { provider: 'google', issuer: 'https://accounts.google.com' },
    })
    const { subject } = { subject: decodeJwt(answer.access_token).sub }
    t.equal(subject, reader!.id)
  })

  t.test(
    'the same reader by both spellings of the issuer, as a JWT too, and under a changed address',
    async t => {
      const { gatepass, acme } = await start(t)
      const google = await startGoogle(t, gatepass, acme)
      const short = await google.sign({ ...googleAda, iss: 'accounts.google.com', email: 'new@example.com' })
      const [first, second] = [
        await exchange(gatepass, acme, await google.sign(googleAda)),
        await exchange(gatepass, acme, short, { subject_token_type: JWT }),
      ].map(each => decodeJwt(each.json().id_token))
      t.equal(first!.sub, second!.sub)
      t.equal(second!.email, 'new@example.com')
      t.equal(google.server.asked.length, 1, 'the keys were asked for once')
    },
  )

  t.test('the tokens of an ID token say when the reader proved who they are', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    const token = await google.sign(googleAda)
    const at = Math.floor(gatepass.clock.now() / 1000)
    gatepass.clock.minutes(20)
    t.equal(decodeJwt((await exchange(gatepass, acme, token)).json().id_token).auth_time, at)
  })

  t.test('Facebook: Limited Login and an access token are the same reader', async t => {
    const { gatepass, acme } = await start(t)
    const fb = await startFacebook(t, gatepass, acme)
    const claims = {
      iss: 'https://www.facebook.com',
      aud: fb.appId,
      sub: fbAda.id,
      name: fbAda.name,
      nonce: 'n',
    }
    const answers = [
      await exchange(gatepass, acme, await fb.sign(claims), facebook),
      await exchange(gatepass, acme, 'EAAgood', byAccessToken),
    ]
    const [limited, graph] = answers.map(each => decodeJwt(each.json().id_token))
    t.equal(limited!.sub, graph!.sub)
    t.match(graph, { name: 'Ada Lovelace', preferred_username: fbAda.id })
    t.equal(graph!.email, undefined, 'Facebook does not say that an address is verified')
  })

  t.test('Facebook: addresses are taken where the project says so', async t => {
    const { gatepass, acme } = await start(t)
    await startFacebook(t, gatepass, acme, { trustEmail: true })
    const { id_token: token } = (await exchange(gatepass, acme, 'EAAgood', byAccessToken)).json()
    t.equal(decodeJwt(token).email, fbAda.email)
  })

  t.test('GitHub: checked with our credentials first, then the verified primary address', async t => {
    const { gatepass, acme } = await start(t)
    const gh = await startGitHub(t, gatepass, acme)
    const { id_token: token } = (await exchange(gatepass, acme, 'gho_good', github)).json()
    t.match(decodeJwt(token), { preferred_username: 'octocat@example.com', email: 'octocat@example.com' })
    t.equal(gh.server.asked[0], 'POST /applications/Iv1.8a61f9b3a7aba766/token')
    gh.state.emails = [{ ...octocatEmails[1]!, verified: false }, octocatEmails[0]]
    const unverified = decodeJwt((await exchange(gatepass, acme, 'gho_good', github)).json().id_token)
    t.equal(unverified.email, undefined, 'neither the public address nor another one stands in')
    t.equal(unverified.preferred_username, 'octocat')
    t.equal(unverified.sub, decodeJwt(token).sub)
    Object.assign(gh.state, { emails: {}, emailsStatus: 403 })
    t.equal(
      (await exchange(gatepass, acme, 'gho_good', github)).statusCode,
      200,
      'without the scope user:email',
    )
  })

  t.test('any OpenID issuer: by discovery, groups mapped', async t => {
    const { gatepass, acme } = await start(t)
    await gatepass.group(acme, 'staff')
    const groupMap = { Employees: 'staff', Directors: 'ghosts' }
    const { issuer, sign } = await startIssuer(t, gatepass, acme, { groupsClaim: 'roles', groupMap })
    const claims = { iss: issuer, aud: 'portal', sub: 'u1', roles: ['Employees', 'Directors', 'Other', 7] }
    const { id_token: token } = (await exchange(gatepass, acme, await sign(claims), staff)).json()
    t.same(decodeJwt(token).groups, ['staff'])
    const byKind = await exchange(gatepass, acme, await sign(claims), { subject_issuer: 'oidc' })
    t.equal(decodeJwt(byKind.json().id_token).sub, decodeJwt(token).sub, 'by its kind, as there is one of it')
  })

  t.test('groups are made where the project makes them, and stand in the tokens at once', async t => {
    const { gatepass, acme } = await start(t)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { unknownGroups: 'create' })
    const { issuer, sign } = await startIssuer(t, gatepass, acme, { groupsClaim: 'roles' })
    const token = await sign({ iss: issuer, aud: 'portal', sub: 'u1', roles: ['editors', 'Domain Users'] })
    const answer = await exchange(gatepass, acme, token, staff)
    t.same(decodeJwt(answer.json().id_token).groups, ['editors'])
  })

  t.test('in a project of the standard openid too, with the scope that was asked for', async t => {
    const { gatepass, acme } = await start(t)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { standard: 'openid' })
    const google = await startGoogle(t, gatepass, acme)
    const answer = await exchange(gatepass, acme, await google.sign(googleAda), { scope: 'openid email' })
    t.equal(answer.json().scope, 'openid email')
    t.equal(decodeJwt(answer.json().id_token).name, undefined)
  })

  t.test('keys rotate: the new ones are asked for at the first token that needs them', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    t.equal((await exchange(gatepass, acme, await google.sign(googleAda))).statusCode, 200)
    const old = await google.sign(googleAda)
    await google.rotate()
    gatepass.clock.seconds(30)
    t.equal((await exchange(gatepass, acme, await google.sign(googleAda))).statusCode, 200)
    t.equal(google.server.asked.length, 2)
    await refused(t, gatepass, await exchange(gatepass, acme, old), 'subject_token_invalid')
  })
})

t.test('refuses', async t => {
  t.test('requests that are none, naming what is wrong', async t => {
    const { gatepass, acme } = await start(t)
    const headers = { authorization: basic(acme.siteClientId, acme.siteClientSecret) }
    const nothing = await gatepass.token({ grant_type: EXCHANGE, actor_token: 'x' }, headers)
    t.equal(nothing.statusCode, 400)
    t.same(
      nothing.json().errors.map((each: { field: string }) => each.field),
      ['subject_token', 'subject_token_type', 'subject_issuer', 'actor_token'],
    )
    const wrong: [Record<string, string>, string][] = [
      [{ subject_token_type: 'urn:ietf:params:oauth:token-type:saml2' }, 'invalid_request'],
      [{ requested_token_type: ID_TOKEN }, 'invalid_request'],
      [{ scope: 'openid offline_access' }, 'invalid_scope'],
    ]
    for (const [form, error] of wrong) {
      const answer = await exchange(gatepass, acme, 'x', form)
      t.equal(answer.statusCode, 400)
      t.equal(answer.json().error, error)
    }
  })

  t.test('clients that prove nothing', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    const form = {
      ...{ grant_type: EXCHANGE, subject_token: await google.sign(googleAda), subject_token_type: ID_TOKEN },
      subject_issuer: 'google',
    }
    const settings = { redirectUris: ['https://app.example/cb'], authMethod: 'none' } as const
    const open = await createSiteClient(gatepass.rules, gatepass.actor, acme.slug, settings)
    t.equal((await gatepass.token(form)).statusCode, 401)
    t.equal((await gatepass.token({ ...form, client_id: open.clientId })).statusCode, 401)
    const login = { authorization: basic(acme.clientId, acme.clientSecret) }
    t.equal((await gatepass.token(form, login)).statusCode, 401)
    t.equal(await sessions(gatepass), 0)
  })

  t.test('a provider that the project has not, or another project has, or has twice by its kind', async t => {
    const { gatepass, acme } = await start(t)
    const other = await gatepass.project({ slug: 'other' })
    const google = await startGoogle(t, gatepass, other)
    const token = await google.sign(googleAda)
    await refused(t, gatepass, await exchange(gatepass, acme, token), 'provider_unknown')
    const clientIds = [googleAda.aud]
    for (const slug of ['one', 'two']) await addProvider(gatepass, acme, 'google', { clientIds }, { slug })
    await refused(t, gatepass, await exchange(gatepass, acme, token), 'provider_unknown', { ofKind: 2 })
    t.equal(google.server.asked.length, 0)
  })

  t.test('a project that is switched off or uses another standard, and asks nobody', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    const token = await google.sign(googleAda)
    const set = (settings: object) => updateProject(gatepass.rules, gatepass.actor, acme.slug, settings)
    for (const standard of ['saml', 'accounts'] as const) {
      await set({ standard })
      await refused(t, gatepass, await exchange(gatepass, acme, token), 'other_standard', { standard })
    }
    await set({ standard: 'jwt', jwtEnabled: false })
    await refused(t, gatepass, await exchange(gatepass, acme, token), 'jwt_off')
    t.equal(google.server.asked.length, 0)
  })

  t.test('a project that is switched off while its provider answers', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    google.server.instead = async (_, response) => {
      await updateProject(gatepass.rules, gatepass.actor, acme.slug, { jwtEnabled: false })
      response.end(JSON.stringify(google.jwks()))
    }
    await refused(t, gatepass, await exchange(gatepass, acme, await google.sign(googleAda)), 'jwt_off')
    t.equal(await sessions(gatepass), 0)
  })

  t.test('a blocked reader, whose profile and groups stay as they were', async t => {
    const { gatepass, acme } = await start(t)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { unknownGroups: 'create' })
    const google = await startGoogle(t, gatepass, acme, { groupsClaim: 'hd' })
    await exchange(gatepass, acme, await google.sign(googleAda))
    const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
    const reader = `https://accounts.google.com ${googleAda.sub}`
    await setReaderBlocked(gatepass.rules, gatepass.actor, { project, reader, blocked: true })
    const token = await google.sign({ ...googleAda, name: 'New', hd: 'acme' })
    await refused(t, gatepass, await exchange(gatepass, acme, token), 'reader_blocked')
    t.equal((await gatepass.lastStep()).reader, reader)
    t.equal(await gatepass.count('reader_groups'), 0)
  })

  t.test('a token in the wrong type for its provider', async t => {
    const { gatepass, acme } = await start(t)
    await startGoogle(t, gatepass, acme)
    await startGitHub(t, gatepass, acme)
    const saml = {
      entityId: 'x',
      singleSignOnUrl: 'https://idp.example/sso',
      certificates: [keyOf('idp').certificate],
    }
    await addProvider(gatepass, acme, 'saml', saml)
    const wrong: Record<string, string>[] = [
      { subject_token_type: ACCESS_TOKEN },
      { ...github, subject_token_type: ID_TOKEN },
      { subject_issuer: 'saml' },
    ]
    for (const form of wrong)
      await refused(t, gatepass, await exchange(gatepass, acme, 'x', form), 'subject_token_type_wrong')
  })

  t.test('a secret of our application that is missing, or that the provider does not take', async t => {
    const { gatepass, acme } = await start(t)
    const gh = await startGitHub(t, gatepass, acme)
    const fb = await startFacebook(t, gatepass, acme)
    const addTo = (slug: string, settings: object, secret?: string) =>
      addProvider(
        gatepass,
        acme,
        slug.startsWith('gh') ? 'github' : 'facebook',
        { ...settings },
        { slug, ...(secret && { secret }) },
      )
    const atGitHub = { clientId: 'Iv1.8a61f9b3a7aba766', apiUrl: gh.server.url }
    await addTo('gh-none', atGitHub)
    await addTo('gh-wrong', atGitHub, 'wrong')
    await addTo('fb-none', { appId: fb.appId, graphUrl: fb.server.url })
    await addTo('fb-wrong', { appId: fb.appId, graphUrl: fb.server.url }, 'wrong')
    for (const slug of ['gh-none', 'gh-wrong', 'fb-none', 'fb-wrong']) {
      const token = slug.startsWith('gh') ? 'gho_good' : 'EAAgood'
      const form = { subject_issuer: slug, subject_token_type: ACCESS_TOKEN }
      await refused(t, gatepass, await exchange(gatepass, acme, token, form), 'provider_secret_wrong')
    }
  })
})

t.test('resists', async t => {
  t.test('tokens that another application was given', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    const fb = await startFacebook(t, gatepass, acme)
    const gh = await startGitHub(t, gatepass, acme)
    const { issuer, sign } = await startIssuer(t, gatepass, acme)
    const other = async (token: string, form = {}) =>
      refused(t, gatepass, await exchange(gatepass, acme, token, form), 'subject_token_other_app')
    await other(await google.sign({ ...googleAda, aud: 'evil.apps.googleusercontent.com' }))
    await other(await google.sign({ ...googleAda, aud: [googleAda.aud, 'evil'] }))
    await other(await google.sign({ ...googleAda, aud: [] }))
    await other(await sign({ iss: issuer, aud: 'evil', sub: 'u1' }), staff)
    await other(await fb.sign({ iss: 'https://www.facebook.com', aud: '666', sub: '1' }), facebook)
    fb.tokens.EAAevil = { ...fb.tokens.EAAgood, app_id: '666' }
    await other('EAAevil', byAccessToken)
    fb.server.instead = (_, response) => response.end(JSON.stringify({ data: fb.tokens.EAAevil }))
    await other('EAAgood', byAccessToken)
    await other('gho_evil', github)
    gh.state.app = 'Iv1.evil'
    await other('gho_good', github)
    t.equal(await sessions(gatepass), 0)
  })

  t.test('forged, changed, mistyped and outlived ID tokens', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    const good = await google.sign(googleAda)
    const [header, claims, signature] = good.split('.')
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const now = Math.floor(gatepass.clock.now() / 1000)
    const pem = await exportSPKI(google.publicKey())
    const hsInput = `${encode({ alg: 'HS256', kid: google.kid(), typ: 'JWT' })}.${claims}`
    const hs = `${hsInput}.${createHmac('sha256', pem).update(hsInput).digest('base64url')}`
    const tokens: Record<string, string> = {
      'not a token': 'x',
      'no signature': `${encode({ alg: 'none', kid: google.kid() })}.${claims}.`,
      'a shared secret': hs,
      'another key under the same name': await google.sign(googleAda, { by: 'foreign' }),
      'a key that nobody knows': await google.sign(googleAda, { header: { kid: 'nobody' } }),
      'changed claims': `${header}.${encode({ ...googleAda, sub: '1', exp: now + 60, iat: now })}.${signature}`,
      'an access token': await google.sign(googleAda, { header: { typ: 'at+jwt' } }),
      'another issuer': await google.sign({ ...googleAda, iss: 'https://accounts.google.com.evil.test' }),
      'no issuer': await google.sign({ ...googleAda, iss: undefined }),
      'no subject': await google.sign({ ...googleAda, sub: undefined }),
      'an empty subject': await google.sign({ ...googleAda, sub: '' }),
      'a subject of two words': await google.sign({ ...googleAda, sub: '1 2' }),
      'no audience': await google.sign({ ...googleAda, aud: undefined }),
      'no end': await google.sign({ ...googleAda, exp: undefined }),
      'no beginning': await google.sign({ ...googleAda, iat: undefined }),
      'of tomorrow': await google.sign({ ...googleAda, iat: now + 86_400, exp: now + 90_000 }),
      'too long': `${good}${'A'.repeat(17_000)}`,
    }
    for (const [name, token] of Object.entries(tokens)) {
      await t.test(name, t =>
        exchange(gatepass, acme, token).then(answer => refused(t, gatepass, answer, 'subject_token_invalid')),
      )
    }
    const over = await google.sign({ ...googleAda, exp: now - 31, iat: now - 4000 })
    await refused(t, gatepass, await exchange(gatepass, acme, over), 'subject_token_expired')
    t.equal(await sessions(gatepass), 0)
    t.equal((await exchange(gatepass, acme, good)).statusCode, 200)
  })

  t.test('bad access tokens of Facebook: over, not of a user, of another user', async t => {
    const { gatepass, acme } = await start(t)
    const fb = await startFacebook(t, gatepass, acme)
    const now = Math.floor(gatepass.clock.now() / 1000)
    Object.assign(fb.tokens, {
      over: { ...fb.tokens.EAAgood, is_valid: false, expires_at: now - 1 },
      page: { ...fb.tokens.EAAgood, type: 'PAGE' },
      taken: { ...fb.tokens.EAAgood, user_id: '666' },
      revoked: { ...fb.tokens.EAAgood, is_valid: false },
    })
    const reasons = {
      over: 'subject_token_expired',
      page: 'subject_token_invalid',
      taken: 'subject_token_invalid',
    }
    for (const [token, reason] of Object.entries({
      ...reasons,
      revoked: reasons.page,
      unknown: reasons.page,
    }))
      await refused(t, gatepass, await exchange(gatepass, acme, token, byAccessToken), reason)
  })

  t.test('a GitHub token that speaks of somebody else the second time', async t => {
    const { gatepass, acme } = await start(t)
    const gh = await startGitHub(t, gatepass, acme)
    gh.state.user = { ...gh.state.user, id: 1 }
    await refused(t, gatepass, await exchange(gatepass, acme, 'gho_good', github), 'subject_token_invalid')
    const crlf = await exchange(gatepass, acme, 'gho_good\r\nx: y', github)
    await refused(t, gatepass, crlf, 'subject_token_invalid')
  })

  t.test('account take-over: an address that is not verified is nobody’s, and links nothing', async t => {
    const { gatepass, acme } = await start(t)
    await gatepass.callback(acme, await gatepass.code(acme))
    const google = await startGoogle(t, gatepass, acme)
    const { issuer, sign } = await startIssuer(t, gatepass, acme)
    const mallory = { email: 'ada@example.com', preferred_username: 'ada@example.com' }
    const tokens = [
      await exchange(gatepass, acme, await google.sign({ ...googleAda, sub: '666', email_verified: false })),
      await exchange(gatepass, acme, await google.sign({ ...googleAda, sub: '667', email_verified: 'true' })),
      await exchange(gatepass, acme, await sign({ iss: issuer, aud: 'portal', sub: 'm', ...mallory }), staff),
    ].map(each => decodeJwt(each.json().id_token))
    for (const claims of tokens) {
      t.equal(claims.email, undefined)
      t.notMatch(JSON.stringify(claims), 'ada@example.com')
    }
    const verified = decodeJwt((await exchange(gatepass, acme, await google.sign(googleAda))).json().id_token)
    const pushed = await gatepass.database.read
      .selectFrom('readers')
      .select('id')
      .where('external_id', '=', 'ada@example.com')
      .executeTakeFirstOrThrow()
    t.not(verified.sub, pushed.id, 'nor does a verified one: readers are known by issuer and subject')
  })

  t.test('names with what turns lines around, and addresses that are none', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    const token = await google.sign({
      ...googleAda,
      given_name: '\u202eAda\u0000',
      family_name: 'x'.repeat(5000),
      email: 'ada@example.com\n',
    })
    const claims = decodeJwt((await exchange(gatepass, acme, token)).json().id_token)
    t.match(claims, { given_name: 'Ada', family_name: 'x'.repeat(256) })
    t.equal(claims.email, undefined)
  })

  t.test('a provider that is down, redirects, answers too much, or something else', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    const token = await google.sign(googleAda)
    const answers: Record<string, Answer> = {
      'answered 503': (_, response) => response.writeHead(503).end(),
      'answered 302': (_, response) =>
        response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end(),
      answer_too_large: (_, response) => response.end('x'.repeat(10 * 1024 * 1024)),
      no_connection: (_, response) => response.destroy(),
      'no JWK Set': (_, response) => response.end('<html>'),
    }
    for (const [problem, instead] of Object.entries(answers)) {
      google.server.instead = instead
      gatepass.clock.seconds(30)
      const answer = await exchange(gatepass, acme, token)
      await refused(t, gatepass, answer, 'provider_unreachable', {
        problem,
        host: new URL(google.server.url).host,
      })
    }
    google.server.instead = undefined
    const soon = await exchange(gatepass, acme, token)
    await refused(t, gatepass, soon, 'provider_unreachable')
    gatepass.clock.seconds(30)
    t.equal((await exchange(gatepass, acme, token)).statusCode, 200)
  })

  t.test('a provider that is slow holds nobody for ever', async t => {
    const { gatepass, acme } = await start(t, {}, { outboundPatience: 300 })
    const google = await startGoogle(t, gatepass, acme)
    google.server.instead = () => {}
    const began = performance.now()
    const answer = await exchange(gatepass, acme, await google.sign(googleAda))
    await refused(t, gatepass, answer, 'provider_unreachable', { problem: 'too_slow' })
    t.ok(performance.now() - began < 4_000)
  })

  t.test('a provider that goes down later: its keys are used for an hour', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    const token = async () => exchange(gatepass, acme, await google.sign(googleAda))
    t.equal((await token()).statusCode, 200)
    google.server.instead = (_, response) => response.writeHead(500).end()
    gatepass.clock.minutes(59)
    t.equal((await token()).statusCode, 200)
    t.equal((await token()).statusCode, 200)
    t.equal(google.server.asked.length, 2, 'and it is asked again once in 30 s')
    gatepass.clock.minutes(1)
    await refused(t, gatepass, await token(), 'provider_unreachable')
  })

  t.test('made-up key IDs: one request in 30 s, and good tokens go on', async t => {
    const { gatepass, acme } = await start(t)
    const google = await startGoogle(t, gatepass, acme)
    const good = await google.sign(googleAda)
    const bad = await Promise.all(
      Array.from({ length: 20 }, (_, n) => google.sign(googleAda, { header: { kid: `made-up-${n}` } })),
    )
    const answers = await Promise.all([...bad, good].map(token => exchange(gatepass, acme, token)))
    t.same(
      answers.map(each => each.statusCode),
      [...bad.map(() => 400), 200],
    )
    t.equal(google.server.asked.length, 1, 'requests at the same time share one')
    gatepass.clock.seconds(30)
    for (const token of [...bad, good]) await exchange(gatepass, acme, token)
    t.equal(google.server.asked.length, 2)
  })

  t.test('private addresses, unless they are allowed', async t => {
    const { gatepass, acme } = await start(t, { ALLOW_PRIVATE_NETWORKS: 'off' })
    const google = await startGoogle(t, gatepass, acme)
    const { issuer, server, sign } = await startIssuer(t, gatepass, acme)
    const problem = { problem: 'address_refused' }
    const answer = await exchange(gatepass, acme, await google.sign(googleAda))
    await refused(t, gatepass, answer, 'provider_unreachable', problem)
    const other = await exchange(gatepass, acme, await sign({ iss: issuer, aud: 'portal', sub: 'u1' }), staff)
    await refused(t, gatepass, other, 'provider_unreachable', problem)
    t.same([google.server.asked, server.asked], [[], []])
  })

  t.test('a discovery document that names another issuer, or nothing to ask', async t => {
    const { gatepass, acme } = await start(t)
    const { issuer, discovery, sign } = await startIssuer(t, gatepass, acme)
    const token = await sign({ iss: issuer, aud: 'portal', sub: 'u1' })
    for (const lie of [{ issuer: 'https://evil.test' }, { issuer, jwks_uri: 'nowhere' }]) {
      Object.assign(discovery, lie)
      await refused(t, gatepass, await exchange(gatepass, acme, token, staff), 'provider_unreachable')
      gatepass.clock.seconds(30)
    }
  })

  t.test('a stored secret is not sent to another address by whoever may change that', async t => {
    const { gatepass, acme } = await start(t)
    await startGitHub(t, gatepass, acme)
    await startFacebook(t, gatepass, acme)
    const registry = createRegistry(gatepass.database.read)
    await registry.refresh()
    const project = registry.projectBySlug('acme')!
    const deps = { ...gatepass.rules, wrapping: wrappingKey(gatepass.config.secret) }
    for (const [slug, settings] of [
      ['github', { clientId: 'Iv1.8a61f9b3a7aba766', apiUrl: 'http://evil.test' }],
      ['facebook', { appId: '4711', graphUrl: 'http://evil.test' }],
    ] as const) {
      const input = { slug, name: slug, settings }
      const change = (more: object) =>
        updateIdentityProvider(deps, gatepass.actor, project, { ...input, ...more })
      await t.rejects(change({}), { code: 'invalid_request', message: /enter it again/ }, slug)
      await t.resolves(change({ secret: 'another' }))
    }
  })

  t.test('secrets and tokens stand neither in the log nor in the timeline', async t => {
    const { gatepass, acme } = await start(t)
    const fb = await startFacebook(t, gatepass, acme)
    const gh = await startGitHub(t, gatepass, acme)
    await exchange(gatepass, acme, 'EAAgood', byAccessToken)
    await exchange(gatepass, acme, 'gho_good', github)
    fb.server.instead = (_, response) => response.destroy()
    await exchange(gatepass, acme, 'EAAgood', byAccessToken)
    const written = gatepass.log() + JSON.stringify(await gatepass.steps())
    for (const secret of [fb.secret, gh.secret, 'EAAgood', 'gho_good', encodeURIComponent(fb.secret)])
      t.notMatch(written, secret)
  })
})
