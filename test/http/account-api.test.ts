// The account API (contract, section 8): a test per row of its table, its refusals, and what is thrown at it.

import type { LightMyRequestResponse } from 'fastify'
import { createLocalJWKSet, jwtVerify } from 'jose'
import t, { type Test } from 'tap'
import { listProjects } from '../../src/projects/project-store.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { endSessionBySid } from '../../src/sessions/end-session.ts'
import { whileComparing } from '../accounts/while-comparing.ts'
import { issuer, startApp, type TestApp } from '../start-app.ts'
import { authenticate, call, claimsOf, password, register, signIn, suite } from './account-api.ts'

const UNAUTHORIZED = { status: '401 UNAUTHORIZED' }
const BAD_REQUEST = { status: '400 BAD_REQUEST' }

/** The answer has the dress of the API, and the status in words is that in numbers. */
function dressed(t: Test, answer: LightMyRequestResponse, path: string, what: object, message = ''): void {
  const body = answer.json()
  t.match(body, what, message)
  t.equal(body.path, path, 'path')
  t.equal(String(body.status).slice(0, 3), String(answer.statusCode), 'status')
  t.equal(typeof body.error, answer.statusCode === 200 ? 'undefined' : 'string', 'error')
  t.equal(answer.headers['cache-control'], 'no-store')
  t.match(answer.headers['x-trace-id'], /^[0-9a-f]{32}$/)
}

const project = async (gatepass: TestApp, id: string) =>
  (await listProjects(gatepass.database.read)).find(each => each.id === id)!

t.test('works', async t => {
  t.test('/account/create makes a user, and a developer with an API key', async t => {
    const gatepass = await startApp(t)
    const path = '/account/create'
    const user = await call(gatepass, path, { username: 'user1', email: 'user1@email.com', password })
    dressed(t, user, path, { status: '200 OK' })
    t.strictSame(Object.keys(user.json()).sort(), ['path', 'status'])
    const body = { username: 'dev1', email: 'dev1@email.com', password, type: 'developer' }
    const developer = await call(gatepass, path, body)
    dressed(t, developer, path, { status: '200 OK', apiKey: /^gpd_[\w-]{43}$/ })
    const stored = await gatepass.database.read.selectFrom('accounts').selectAll().execute()
    t.notMatch(JSON.stringify(stored), developer.json().apiKey)
    t.notMatch(JSON.stringify(stored), password)
    t.notMatch(gatepass.log(), developer.json().apiKey)
    t.equal(
      (await call(gatepass, path, { ...body, username: 'x', email: 'x@y.org', type: 'user' })).statusCode,
      200,
    )
  })

  t.test('/account/changeType gives a developer a key, takes it away, and gives another', async t => {
    const gatepass = await startApp(t)
    const path = '/account/changeType'
    await register(gatepass, 'user1')
    const change = (body: object) => call(gatepass, path, { password, ...body })
    const first = await change({ username: 'user1', type: 'developer' })
    dressed(t, first, path, { status: '200 OK', apiKey: /^gpd_/ })
    const back = await change({ email: 'user1@example.com', type: 'user' })
    dressed(t, back, path, { status: '200 OK', apiKey: undefined })
    const again = await change({ username: 'user1', type: 'developer' })
    t.not(again.json().apiKey, first.json().apiKey)
    const make = (apiKey: string) =>
      call(gatepass, '/sso-suite/create', { username: 'user1', password, apiKey, ssoSuiteName: 'google' })
    t.equal((await make(first.json().apiKey)).statusCode, 400)
    t.equal((await make(again.json().apiKey)).statusCode, 200)
  })

  t.test('/sso-suite/create makes a project that takes anyone with an account, and has no site', async t => {
    const gatepass = await startApp(t)
    const path = '/sso-suite/create'
    const apiKey = await register(gatepass, 'dev', 'developer')
    const made = await call(gatepass, path, {
      email: 'dev@example.com',
      password,
      apiKey,
      ssoSuiteName: 'Möbel & Co',
    })
    dressed(t, made, path, { status: '200 OK' })
    t.match(await project(gatepass, made.json().ssoSuiteId), {
      ...{
        name: 'Möbel & Co',
        slug: 'm-bel-co',
        standard: 'accounts',
        accountAdmission: 'anyone',
        siteUrl: '',
      },
    })
    for (const ssoSuiteName of ['日本', 'm bel co', '__proto__', "'; DROP TABLE projects; --"]) {
      const other = await call(gatepass, path, { username: 'dev', password, apiKey, ssoSuiteName })
      t.equal(other.statusCode, 200, ssoSuiteName)
      t.equal((await project(gatepass, other.json().ssoSuiteId)).name, ssoSuiteName)
    }
  })

  t.test('/account/authenticate gives a JWT that anybody can verify with the published keys', async t => {
    const gatepass = await startApp(t)
    const ssoSuiteId = await suite(gatepass)
    await register(gatepass, 'user1')
    await gatepass.database.write(tx =>
      tx.updateTable('accounts').set({ scope: 'read write' }).where('username', '=', 'user1').execute(),
    )
    const answer = await authenticate(gatepass, { username: 'USER1', password, ssoSuiteId })
    dressed(t, answer, '/account/authenticate', { status: '200 OK' })
    const keys = createLocalJWKSet((await gatepass.get(`${issuer}/.well-known/jwks.json`)).json())
    const { payload } = await jwtVerify(answer.json().jwt, keys, {
      ...{ issuer, audience: ssoSuiteId, typ: 'suite+jwt', currentDate: new Date(gatepass.clock.now()) },
    })
    t.match(payload, { ssoSuiteId, userId: 'user1', scope: 'read write' }, 'in the spelling of the account')
    t.equal(payload.exp! - payload.iat!, 15 * 60)
    t.type(payload.jti, 'string')
    const byEmail = await authenticate(gatepass, { email: 'user1@example.com', password, ssoSuiteId })
    t.equal(claimsOf(byEmail.json().jwt).userId, 'user1@example.com')
    t.equal(claimsOf(byEmail.json().jwt).sub, payload.sub, 'and is the same reader')
  })

  t.test('a JWT is given back while it lives; renewed it is another one, and the old is over', async t => {
    const gatepass = await startApp(t)
    const ssoSuiteId = await suite(gatepass)
    await register(gatepass, 'user1')
    const jwt = await signIn(gatepass, 'user1', ssoSuiteId)
    gatepass.clock.minutes(10)
    t.equal((await authenticate(gatepass, { jwt })).json().jwt, jwt)
    t.equal((await authenticate(gatepass, { jwt, renew: false })).json().jwt, jwt)
    const renewed = await authenticate(gatepass, { jwt, renew: true })
    const next = renewed.json().jwt
    t.not(next, jwt)
    t.match(claimsOf(next), { userId: 'user1', ssoSuiteId, auth_time: claimsOf(jwt).auth_time })
    dressed(t, await authenticate(gatepass, { jwt }), '/account/authenticate', UNAUTHORIZED)
    dressed(t, await authenticate(gatepass, { jwt, renew: true }), '/account/authenticate', UNAUTHORIZED)
    gatepass.clock.minutes(10)
    t.equal((await authenticate(gatepass, { jwt: next })).json().jwt, next)
  })

  t.test('of ten that renew one JWT at once, one does', async t => {
    const gatepass = await startApp(t)
    await register(gatepass, 'user1')
    const jwt = await signIn(gatepass, 'user1', await suite(gatepass))
    const all = await Promise.all(
      Array.from({ length: 10 }, () => authenticate(gatepass, { jwt, renew: true })),
    )
    t.equal(all.filter(({ statusCode }) => statusCode === 200).length, 1)
    t.equal(all.filter(({ statusCode }) => statusCode === 401).length, 9)
  })

  t.test('somebody is signed in to several suites, and out of one', async t => {
    const gatepass = await startApp(t)
    const [one, two] = [await suite(gatepass, 'one'), await suite(gatepass, 'two')]
    await register(gatepass, 'user1')
    const [first, second] = [await signIn(gatepass, 'user1', one), await signIn(gatepass, 'user1', two)]
    const out = await call(gatepass, '/account/signOut', { jwt: first })
    dressed(t, out, '/account/signOut', { status: '200 OK' })
    t.equal((await authenticate(gatepass, { jwt: first })).statusCode, 401)
    t.equal((await authenticate(gatepass, { jwt: second })).statusCode, 200)
    dressed(t, await call(gatepass, '/account/signOut', { jwt: first }), '/account/signOut', UNAUTHORIZED)
    t.match((await gatepass.attempt(String(out.headers['x-trace-id']))).length, 0, 'told where it began')
  })

  t.test('an expired JWT is signed out too', async t => {
    const gatepass = await startApp(t)
    await register(gatepass, 'user1')
    const jwt = await signIn(gatepass, 'user1', await suite(gatepass))
    gatepass.clock.minutes(16)
    dressed(t, await authenticate(gatepass, { jwt }), '/account/authenticate', {
      ...UNAUTHORIZED,
      error: /expired/,
    })
    t.equal((await call(gatepass, '/account/signOut', { jwt })).statusCode, 200)
  })

  t.test('who signs in is a reader of the project: blocked, ended and listed as any other', async t => {
    const gatepass = await startApp(t)
    const ssoSuiteId = await suite(gatepass)
    await register(gatepass, 'user1')
    const acme = await project(gatepass, ssoSuiteId)
    const jwt = await signIn(gatepass, 'user1', ssoSuiteId)
    const { sid } = claimsOf(jwt)
    await endSessionBySid(gatepass.rules, gatepass.actor, acme, String(sid))
    t.equal((await authenticate(gatepass, { jwt })).statusCode, 401)
    const next = await signIn(gatepass, 'user1', ssoSuiteId)
    const reader = await gatepass.database.read.selectFrom('readers').selectAll().executeTakeFirstOrThrow()
    t.match(
      reader,
      { external_id: /^account [0-9a-f-]{36}$/, username: 'user1', email: '' },
      'nobody vouched for the address',
    )
    await setReaderBlocked(gatepass.rules, gatepass.actor, {
      project: acme,
      reader: reader.id,
      blocked: true,
    })
    t.equal((await authenticate(gatepass, { jwt: next })).statusCode, 401)
    t.equal((await authenticate(gatepass, { jwt: next, renew: true })).statusCode, 401)
    const again = await authenticate(gatepass, { username: 'user1', password, ssoSuiteId })
    dressed(t, again, '/account/authenticate', UNAUTHORIZED)
    t.match(await gatepass.lastStep(), { reason: 'reader_blocked', projectId: ssoSuiteId, outcome: 'failed' })
  })

  t.test('pages of a suite’s site and of configured origins may call it, others may not', async t => {
    const gatepass = await startApp(t, {
      ACCOUNT_API_ORIGINS: 'https://app.example.com, http://localhost:4200',
    })
    const ssoSuiteId = await suite(gatepass)
    const acme = await project(gatepass, ssoSuiteId)
    await updateProject(gatepass.rules, gatepass.actor, acme.slug, { siteUrl: 'https://suite.example.org' })
    await gatepass.project({ slug: 'wiki', siteUrl: 'https://wiki.example.org' })
    const preflight = (origin: string) =>
      gatepass.app.inject({ method: 'OPTIONS', url: `${issuer}/account/authenticate`, headers: { origin } })
    for (const origin of ['https://app.example.com', 'http://localhost:4200', 'https://suite.example.org']) {
      t.match((await preflight(origin)).headers, {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'content-type',
      })
      const refused = await call(gatepass, '/account/authenticate', {}, { headers: { origin } })
      t.equal(refused.headers['access-control-allow-origin'], origin, 'refusals can be read too')
    }
    for (const origin of [
      'https://evil.test',
      'https://app.example.com.evil.test',
      'null',
      'http://app.example.com',
      // Of a project, but of no suite.
      'https://wiki.example.org',
    ]) {
      t.notOk((await preflight(origin)).headers['access-control-allow-origin'], origin)
    }
  })
})

t.test('refuses', async t => {
  t.test('/account/create: names that are taken, bad addresses, weak passwords', async t => {
    const gatepass = await startApp(t)
    const path = '/account/create'
    await register(gatepass, 'user1')
    const good = { username: 'user2', email: 'user2@example.com', password }
    const cases: [object, RegExp][] = [
      [{ username: 'USER1' }, /username is taken/],
      [{ email: 'User1@Example.com' }, /email is taken/],
      [{ email: 'nobody' }, /email must be an e-mail address/],
      [{ email: ' ' }, /email must not be empty/],
      [{ username: 'a@b.org' }, /username must be/],
      [{ username: 'a b' }, /username must be/],
      [{ type: 'admin' }, /type must be one of user, developer/],
      [{ type: null }, /type must/],
      [{ password: 'A)1ansm' }, /8 characters/],
      [{ password: 'a)1ansmfd' }, /capital/],
      [{ password: 'A)ansmfdl' }, /number/],
      [{ password: 'A1ansmfdl' }, /symbol/],
      [{ password: 'A)1 ansmfd' }, /white space/],
      [{ password: 'A)1\u00a0ansmfd' }, /white space/],
      [{ password: 'Password1!' }, /easy to guess/],
      [{ password: 'P@ssw0rd123!' }, /easy to guess/],
      [{ password: 'Qwerty123!' }, /easy to guess/],
      [{ password: 'Summer2024!' }, /easy to guess/],
      [{ username: 'robert', email: 'r@x.org', password: 'Robert123!' }, /easy to guess/],
      [{ password: 12345678 }, /password must be a string/],
      [{ username: ['user2'] }, /username must be a string/],
      [{ username: 5, email: null }, /username must be a string; email must be a string/],
    ]
    for (const [more, error] of cases) {
      dressed(
        t,
        await call(gatepass, path, { ...good, ...more }),
        path,
        { ...BAD_REQUEST, error },
        JSON.stringify(more),
      )
    }
    dressed(t, await call(gatepass, path, {}), path, {
      error: /username is missing; email is missing; password is missing/,
    })
    t.equal(await gatepass.count('accounts'), 1)
  })

  t.test('/account/changeType: the type that it has, unknown types, wrong passwords', async t => {
    const gatepass = await startApp(t)
    const path = '/account/changeType'
    await register(gatepass, 'user1')
    const good = { username: 'user1', password, type: 'developer' }
    dressed(t, await call(gatepass, path, { ...good, type: 'user' }), path, {
      ...BAD_REQUEST,
      error: /user already/,
    })
    dressed(t, await call(gatepass, path, { ...good, type: 'owner' }), path, BAD_REQUEST)
    dressed(t, await call(gatepass, path, { password, type: 'user' }), path, {
      error: /username or email is missing/,
    })
    const wrong = await call(gatepass, path, { ...good, password: 'x' })
    const nobody = await call(gatepass, path, { ...good, username: 'nobody' })
    dressed(t, wrong, path, UNAUTHORIZED)
    t.strictSame(wrong.json(), nobody.json())
    const steps = await gatepass.steps()
    t.strictSame(steps.map(({ reason, projectId }) => [reason, projectId]).sort(), [
      ['account_password_wrong', null],
      ['account_unknown', null],
    ])
  })

  t.test(
    '/sso-suite/create: a name that is taken, a wrong key, another’s key, users, wrong passwords',
    async t => {
      const gatepass = await startApp(t)
      const path = '/sso-suite/create'
      const apiKey = await register(gatepass, 'dev', 'developer')
      const others = await register(gatepass, 'other', 'developer')
      await register(gatepass, 'user1')
      const good = { username: 'dev', password, apiKey, ssoSuiteName: 'google' }
      t.equal((await call(gatepass, path, good)).statusCode, 200)
      const cases: [object, object][] = [
        [{}, { ...BAD_REQUEST, error: /of this name already/ }],
        [{ ssoSuiteName: 'GOOGLE' }, { error: /of this name already/ }],
        [{ username: 'other', apiKey: others }, { error: /of this name already/ }],
        [
          { ssoSuiteName: 'x', apiKey: 'x' },
          { ...BAD_REQUEST, error: /apiKey/ },
        ],
        [
          { ssoSuiteName: 'x', apiKey: others },
          { ...BAD_REQUEST, error: /apiKey/ },
        ],
        [
          { ssoSuiteName: 'x', username: 'user1' },
          { ...BAD_REQUEST, error: /developer/ },
        ],
        [{ ssoSuiteName: ' ' }, { ...BAD_REQUEST, error: /ssoSuiteName/ }],
        [{ ssoSuiteName: 'a\u202eb' }, BAD_REQUEST],
        [{ ssoSuiteName: undefined }, { ...BAD_REQUEST, error: /ssoSuiteName is missing/ }],
        [{ apiKey: undefined }, { ...BAD_REQUEST, error: /apiKey is missing/ }],
        [{ ssoSuiteName: 'x', password: 'x' }, UNAUTHORIZED],
        [{ ssoSuiteName: 'x', username: 'nobody' }, UNAUTHORIZED],
      ]
      for (const [more, what] of cases) {
        dressed(t, await call(gatepass, path, { ...good, ...more }), path, what, JSON.stringify(more))
      }
      t.equal((await listProjects(gatepass.database.read)).length, 1)
    },
  )

  t.test(
    '/account/authenticate: what is missing, unknown suites, wrong passwords and nobody in one answer',
    async t => {
      const gatepass = await startApp(t)
      const path = '/account/authenticate'
      const ssoSuiteId = await suite(gatepass)
      await register(gatepass, 'user1')
      const jwtProject = await gatepass.project()
      const good = { username: 'user1', password, ssoSuiteId }
      for (const field of Object.keys(good)) {
        const missing = await authenticate(gatepass, { ...good, [field]: undefined })
        dressed(t, missing, path, { ...BAD_REQUEST, error: new RegExp(`${field}.* is missing`) })
      }
      for (const id of ['nobody', '__proto__', 'constructor', jwtProject.id, "' OR '1'='1"]) {
        dressed(t, await authenticate(gatepass, { ...good, ssoSuiteId: id }), path, BAD_REQUEST, id)
      }
      t.strictSame((await gatepass.steps()).map(({ reason }) => reason).sort(), [
        'other_standard',
        ...Array(4).fill('suite_unknown'),
      ])
      const wrong = await authenticate(gatepass, { ...good, password: 'x' })
      const answers = [wrong]
      for (const username of ['nobody', '__proto__', "user1' --", 'user1\u0000']) {
        answers.push(await authenticate(gatepass, { ...good, username }))
      }
      t.equal(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size, 1)
      dressed(t, wrong, path, UNAUTHORIZED)
      for (const jwt of ['x', 'a.b.c', '..', 'eyJhbGciOiJub25lIn0.e30.']) {
        dressed(t, await authenticate(gatepass, { jwt }), path, UNAUTHORIZED, jwt)
      }
      for (const more of [
        { jwt: 5 },
        { jwt: 'x', renew: 'true' },
        { ...good, password: ['x'] },
        { ...good, ssoSuiteId: {} },
      ]) {
        dressed(t, await authenticate(gatepass, more), path, BAD_REQUEST)
      }
    },
  )

  t.test('/sso-suite/create: a developer has at most fifty suites', async t => {
    const gatepass = await startApp(t)
    const path = '/sso-suite/create'
    const apiKey = await register(gatepass, 'dev', 'developer')
    const others = await register(gatepass, 'other', 'developer')
    const make = (username: string, key: string, ssoSuiteName: string) =>
      call(gatepass, path, { username, password, apiKey: key, ssoSuiteName })
    const first = await make('dev', apiKey, 'suite')
    for (let index = 1; index < 49; index++) await gatepass.project({ slug: `suite-${index}` })
    const { suite_account_id } = await gatepass.database.read
      .selectFrom('projects')
      .select('suite_account_id')
      .where('id', '=', first.json().ssoSuiteId)
      .executeTakeFirstOrThrow()
    await gatepass.database.write(tx => tx.updateTable('projects').set({ suite_account_id }).execute())
    dressed(t, await make('dev', apiKey, 'the fiftieth'), path, { status: '200 OK' })
    const more = await make('dev', apiKey, 'one more')
    dressed(t, more, path, { ...BAD_REQUEST, error: /at most 50 suites/ })
    dressed(t, await make('other', others, 'one more'), path, { status: '200 OK' })
  })

  t.test('passwords and JWTs, where the suite was closed since, or the account disabled', async t => {
    const gatepass = await startApp(t)
    const path = '/account/authenticate'
    const ssoSuiteId = await suite(gatepass)
    await register(gatepass, 'user1')
    const jwt = await signIn(gatepass, 'user1', ssoSuiteId)
    const { slug } = await project(gatepass, ssoSuiteId)
    const change = (settings: Parameters<typeof updateProject>[3]) =>
      updateProject(gatepass.rules, gatepass.actor, slug, settings)
    const refused = async (what: object, reason: string) => {
      for (const body of [{ username: 'user1', password, ssoSuiteId }, { jwt }, { jwt, renew: true }]) {
        dressed(t, await authenticate(gatepass, body), path, what, reason)
        t.match(await gatepass.lastStep(), { reason, projectId: ssoSuiteId })
      }
    }
    await change({ jwtEnabled: false })
    await refused({ ...BAD_REQUEST, error: /Nobody can sign in to this suite/ }, 'jwt_off')
    await change({ jwtEnabled: true, standard: 'openid', siteUrl: 'https://suite.example.org' })
    await refused({ ...BAD_REQUEST, error: /no such suite/ }, 'other_standard')
    await change({ standard: 'accounts', accountAdmission: 'members' })
    await refused(UNAUTHORIZED, 'account_not_member')
    await change({ accountAdmission: 'anyone' })
    t.equal((await authenticate(gatepass, { jwt })).statusCode, 200)
    // The rule that disables an account ends its sessions, too: this is what holds where one was missed.
    await gatepass.database.write(tx =>
      tx.updateTable('accounts').set({ disabled_at: 1 }).where('username', '=', 'user1').execute(),
    )
    for (const renew of [false, true])
      dressed(t, await authenticate(gatepass, { jwt, renew }), path, UNAUTHORIZED)
  })

  t.test('/account/signOut: no JWT, and one that is not ours', async t => {
    const gatepass = await startApp(t)
    const path = '/account/signOut'
    dressed(t, await call(gatepass, path, {}), path, { ...BAD_REQUEST, error: /jwt is missing/ })
    dressed(t, await call(gatepass, path, { jwt: 'x.y.z' }), path, UNAUTHORIZED)
    t.match(await gatepass.lastStep(), { reason: 'suite_token_invalid', step: 'exchange' })
  })

  t.test('what cannot be read, in the same dress', async t => {
    const gatepass = await startApp(t)
    const path = '/account/authenticate'
    for (const body of ['{', '', 'null', '[]', '"x"', '{"jwt":"a","jwt":"b"}', '{"__proto__":{"jwt":"x"}}']) {
      dressed(t, await call(gatepass, path, body), path, BAD_REQUEST, body)
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      const answer = await call(gatepass, path, '{}', { headers: { 'content-type': type } })
      dressed(t, answer, path, { status: '415 UNSUPPORTED_MEDIA_TYPE' })
    }
    const big = await call(gatepass, path, JSON.stringify({ jwt: 'x'.repeat(70_000) }))
    dressed(t, big, path, { status: '413 PAYLOAD_TOO_LARGE' })
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH'] as const) {
      const answer = await gatepass.app.inject({ method, url: `${issuer}${path}?x=1` })
      dressed(t, answer, path, { status: '405 METHOD_NOT_ALLOWED' })
      t.equal(answer.headers.allow, 'POST, OPTIONS')
    }
    for (const other of ['/account/nothing', '/sso-suite/nothing']) {
      dressed(t, await call(gatepass, other, {}), other, { status: '404 NOT_FOUND' })
    }
  })

  t.test('everything, where it is switched off: in production, unless it is switched on', async t => {
    const off = await startApp(t, { ACCOUNT_API: 'off' })
    t.equal((await call(off, '/account/create', {})).statusCode, 404)
    const production = await startApp(t, { NODE_ENV: 'production', GATEPASS_SECRET: 'x'.repeat(32) })
    t.equal((await call(production, '/account/authenticate', {})).statusCode, 404)
  })
})

t.test('resists', async t => {
  t.test(
    'fifty guesses at once, over both names: ten are looked at, and nobody learns which belong together',
    async t => {
      const gatepass = await startApp(t)
      const ssoSuiteId = await suite(gatepass)
      await register(gatepass, 'user1')
      const names = [{ username: 'user1' }, { email: 'user1@example.com' }]
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          authenticate(
            gatepass,
            { ...names[index % 2], password: `${index}`, ssoSuiteId },
            `198.51.${index}.7`,
          ),
        ),
      )
      const steps = await gatepass.steps()
      t.equal(steps.filter(({ reason }) => reason === 'account_password_wrong').length, 10)
      const slowed = answers.filter(({ statusCode }) => statusCode === 429)
      t.equal(slowed.length, 30)
      dressed(t, slowed[0]!, '/account/authenticate', { status: '429 TOO_MANY_REQUESTS' })
      t.match(slowed[0]!.headers['retry-after'], /^\d+$/)
      t.equal((await authenticate(gatepass, { username: 'user1', password, ssoSuiteId })).statusCode, 429)
      gatepass.clock.minutes(16)
      t.equal((await authenticate(gatepass, { username: 'user1', password, ssoSuiteId })).statusCode, 200)
    },
  )

  t.test('a JWT that is spelt differently, of another type, or signed by others', async t => {
    const gatepass = await startApp(t)
    const ssoSuiteId = await suite(gatepass)
    await register(gatepass, 'user1')
    const jwt = await signIn(gatepass, 'user1', ssoSuiteId)
    const [header = '', payload = '', signature = ''] = jwt.split('.')
    const last = signature.at(-1)!
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spare = signature.slice(0, -1) + alphabet[alphabet.indexOf(last) ^ 1]
    const none = Buffer.from(JSON.stringify({ alg: 'none', typ: 'suite+jwt' })).toString('base64url')
    const changed = Buffer.from(JSON.stringify({ ...claimsOf(jwt), userId: 'admin' })).toString('base64url')
    const acme = await gatepass.project()
    const tokens = (await gatepass.swap(acme, await gatepass.code(acme))).json()
    for (const spelt of [
      ...[`${jwt}=`, `${jwt} `, ` ${jwt}`, `${jwt}.`, `${header}.${payload}.${spare}`, `${none}.${payload}.`],
      ...[`${header}.${changed}.${signature}`, tokens.id_token, tokens.access_token],
    ]) {
      t.equal((await authenticate(gatepass, { jwt: spelt })).statusCode, 401, spelt.slice(-20))
      t.equal((await call(gatepass, '/account/signOut', { jwt: spelt })).statusCode, 401, spelt.slice(-20))
    }
    t.equal((await authenticate(gatepass, { jwt })).statusCode, 200, 'and nothing was signed out')
  })

  t.test('an account that is disabled while its password is compared gets nothing', async t => {
    const gatepass = await startApp(t)
    const ssoSuiteId = await suite(gatepass)
    const apiKey = await register(gatepass, 'dev', 'developer')
    const set = (disabled_at: number | null) => () =>
      gatepass.database.write(tx =>
        tx.updateTable('accounts').set({ disabled_at }).where('username', '=', 'dev').execute(),
      )
    const who = { username: 'dev', password }
    for (const [path, body] of [
      ['/account/authenticate', { ...who, ssoSuiteId }],
      ['/sso-suite/create', { ...who, apiKey, ssoSuiteName: 'other' }],
      ['/account/changeType', { ...who, type: 'user' }],
    ] as const) {
      const refused = await whileComparing(gatepass, () => call(gatepass, path, body), set(1))
      dressed(t, refused, path, UNAUTHORIZED)
      await set(null)()
      dressed(t, await call(gatepass, path, body), path, { status: '200 OK' })
    }
    const { slug } = await project(gatepass, ssoSuiteId)
    const closed = await whileComparing(
      gatepass,
      () => authenticate(gatepass, { ...who, ssoSuiteId }),
      () => updateProject(gatepass.rules, gatepass.actor, slug, { jwtEnabled: false }),
    )
    dressed(t, closed, '/account/authenticate', BAD_REQUEST, 'nor does anybody in a suite that is closed')
  })

  t.test('registering without end: a hundred of one network in a quarter of an hour', async t => {
    const gatepass = await startApp(t)
    const answers = []
    for (let index = 0; index < 101; index++) {
      const body = { username: `u${index}`, email: 'nothing', password: 'x' }
      answers.push(await call(gatepass, '/account/create', body))
    }
    t.equal(answers[99]!.statusCode, 400)
    dressed(t, answers[100]!, '/account/create', { status: '429 TOO_MANY_REQUESTS' })
    const elsewhere = await call(gatepass, '/account/create', {}, { from: '198.51.100.7' })
    t.equal(elsewhere.statusCode, 400)
  })

  t.test('refusals without end: sixty of one address in a minute stand in the timeline', async t => {
    const gatepass = await startApp(t)
    for (let index = 0; index < 70; index++) {
      t.equal((await authenticate(gatepass, { jwt: 'x' }, '198.51.100.7')).statusCode, 401)
    }
    t.equal((await gatepass.steps()).length, 60)
    await authenticate(gatepass, { jwt: 'x' }, '198.51.100.8')
    t.equal((await gatepass.steps()).length, 61)
  })

  t.test('a suite has no site, and no way leads to one', async t => {
    const gatepass = await startApp(t)
    await suite(gatepass, 'one')
    await suite(gatepass, 'two')
    t.equal((await gatepass.get(`${issuer}/`)).statusCode, 200)
    const bare = await gatepass.app.inject({ url: '/jwt/authorize?code=x', headers: { host: '' } })
    t.ok(bare.statusCode < 500)
  })
})
