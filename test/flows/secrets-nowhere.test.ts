import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import t from 'tap'
import { unwrap, wrappingKey } from '../../src/keys/wrap.ts'
import { rotateSecret } from '../../src/projects/rotate-secret.ts'
import { PASSWORD, Person } from '../central/people.ts'
import { authenticate, call, password } from '../http/account-api.ts'
import { basic, cookieOf, issuer, startApp, type TestApp } from '../start-app.ts'
import { exchange } from '../upstream/providers.ts'
import { artefactsOf, type Kind, ownerOf } from './artefacts.ts'
import { doorsOf } from './doors.ts'

/** Everything that is written down: the log at its most talkative, the database, its WAL, a backup of it. */
async function everythingWritten(gatepass: TestApp): Promise<Buffer> {
  const copy = join(gatepass.folder, 'backup.db')
  const source = new Sqlite(gatepass.config.databaseUrl)
  await source.backup(copy)
  source.close()
  const files = readdirSync(gatepass.folder).filter(name => name !== 'gatepass.secret')
  return Buffer.concat([
    ...files.map(name => readFileSync(join(gatepass.folder, name))),
    Buffer.from(gatepass.log()),
  ])
}

/** Brings a text where names, addresses and states are expected: by forms, queries, JSON and headers. */
async function atTheNewerDoors(gatepass: TestApp, text: string): Promise<void> {
  const at = encodeURIComponent(text.toWellFormed())
  const well = text.toWellFormed()
  const browser = new Person(gatepass)
  await browser.signIn(well, `http://acme.test/${well}`, well)
  await browser.jar().post({ url: `${issuer}/login`, form: { username: well, password: well, target: well } })
  await authenticate(gatepass, { username: text, password: text, ssoSuiteId: text, jwt: text })
  await call(gatepass, '/account/create', { username: text, email: text, password: text, [text]: text })
  const acs = `${issuer}/upstream/saml/acme/acs`
  await browser.jar().post({ url: acs, form: { RelayState: well, SAMLResponse: well, [well]: well } })
  await call(gatepass, '/auth-tokens.create', { rev_info: { user_ref: text } })
  for (const path of [
    ...[`/login?target=${at}`, `/logout?target=${at}`, `/user?ssoToken=${at}`, `/id.json/${at}`],
    ...[`/login/${at}`, `/upstream/openid/acme/start?state=${at}&provider=${at}&login_hint=${at}`],
    ...[`/upstream/openid/acme/${at}/callback?state=${at}&error=${at}&error_description=${at}`],
    ...[`/upstream/saml/acme/finish?ticket=${at}`, `/callback/sso?jwt=${at}&redirect_to=${at}`],
  ])
    await gatepass.get(issuer + path)
}

t.test('resists', async t => {
  t.test(
    'a whole flow, and its mistakes, at trace level: no secret is in the log, the database or a backup',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project({ allowedRedirects: [] })
      const secrets = new Map<string, string | Buffer>()
      const keep = (what: string, secret: string) => void secrets.set(`${what} ${secrets.size}`, secret)
      keep('login secret', acme.clientSecret)
      keep('site secret', acme.siteClientSecret)
      keep('GATEPASS_SECRET', gatepass.config.secret)
      for (const kind of ['login', 'site'] as const) {
        const rotation = { slug: acme.slug, kind, label: 'next', grace: 3_600_000 }
        keep('rotated secret', (await rotateSecret(gatepass.rules, gatepass.actor, rotation)).clientSecret)
      }

      const asked = await gatepass.get(`${acme.siteUrl}/guide?token=in-the-page`)
      const attempt = String(asked.headers['set-cookie']).split(';')[0]!
      const login = new URL(asked.headers.location!).searchParams
      keep('verifier', attempt.split('=')[1]!)
      const bound = await gatepass.code(acme, {
        state: login.get('state'),
        codeChallenge: login.get('code_challenge'),
        codeChallengeMethod: 'S256',
      })
      keep('code', bound)
      const arrived = await gatepass.callback(acme, bound, { cookie: attempt, query: '&redirectUrl=/guide' })
      const session = cookieOf(arrived, 'gatepass')!
      keep('session', session.split('=')[1]!)
      await gatepass.get(`${acme.siteUrl}/`, { cookie: session })
      await gatepass.callback(acme, bound)

      const swapped = await gatepass.code(acme)
      keep('code', swapped)
      const tokens = (await gatepass.swap(acme, swapped)).json()
      keep('access token', tokens.access_token)
      keep('ID token', tokens.id_token)
      await gatepass.userinfo(tokens.access_token)
      await gatepass.swap(acme, swapped)
      await gatepass.userinfo(tokens.access_token)

      // What goes wrong out there: secrets in the wrong places.
      const waiting = await gatepass.code(acme)
      keep('waiting code', waiting)
      const misused = [acme.clientSecret, acme.siteClientSecret, waiting, tokens.access_token as string]
      for (const secret of misused) {
        await gatepass.generate(acme, { headers: { authorization: basic(secret, acme.clientId) } })
        await gatepass.generate(acme, { headers: { authorization: `Bearer ${secret}` } })
        await gatepass.generate(acme, { body: `{"username":"${secret}` })
        await gatepass.token({
          grant_type: 'authorization_code',
          code: secret,
          client_id: secret,
          client_secret: 'x',
        })
        await gatepass.token(
          { grant_type: secret },
          { authorization: basic(acme.siteClientId, acme.siteClientSecret) },
        )
        await gatepass.swap(acme, 'x', { redirect_uri: `http://acme.test/jwt/authorize?code=${secret}` })
        await gatepass.swap(acme, `${secret}.`, { code_verifier: secret })
        await gatepass.callback(acme, `${secret}.`, { query: `&redirectUrl=/%ff?${secret}` })
        await gatepass.get(`${acme.siteUrl}/gate/userinfo`, {
          cookie: `gatepass=${secret}`,
          authorization: secret,
        })
        await gatepass.get(`${acme.siteUrl}/guide?code=${secret}`)
        await gatepass.get(`${issuer}/nowhere?code=${secret}`)
        await gatepass.get(`${issuer}/jwt/authorize?code=${secret}&code=${secret}`)
        await gatepass.userinfo(`${secret}.x.y`)
      }
      for (let guess = 0; guess < 31; guess++) {
        await gatepass.generate(acme, { headers: { authorization: basic(acme.siteClientSecret, 'x') } })
      }
      const other = new Sqlite(gatepass.config.databaseUrl)
      other.exec('BEGIN IMMEDIATE')
      await gatepass.callback(acme, waiting)
      await gatepass.swap(acme, waiting)
      other.exec('ROLLBACK')
      other.close()
      await gatepass.callback(acme, waiting)

      for (const row of await gatepass.database.read.selectFrom('signing_keys').selectAll().execute()) {
        const der = unwrap(wrappingKey(gatepass.config.secret), row.kid, row.wrapped_private_key)
        // The private scalar of P-256 stands behind the head of PKCS #8.
        secrets.set(`private key ${row.kid}`, der.subarray(36, 68))
      }

      const written = await everythingWritten(gatepass)
      t.ok(written.length > 100_000 && gatepass.log().length > 10_000, 'there is something to search')
      t.ok(written.includes('ada@example.com'), 'and it can be searched')
      t.ok(secrets.size >= 12)
      for (const [what, secret] of secrets) {
        t.notOk(written.includes(secret), `${what} as it is`)
        const raw = typeof secret === 'string' && Buffer.from(secret.replace('gps_', ''), 'base64url')
        if (raw && !what.includes('token') && !what.includes('GATEPASS'))
          t.notOk(written.includes(raw), `${what} as bytes`)
      }
    },
  )

  t.test('nor is anything that any door hands out, wherever it is brought', async t => {
    const gatepass = await startApp(t)
    const owner = await ownerOf(t, gatepass, 'acme')
    const mine = await artefactsOf(gatepass, owner)
    const { 'trace ID': _, ...secret } = mine.all
    const secrets = new Map(Object.entries<string>(secret))
    for (const browser of [mine.atOffice, mine.waiting.browser, mine.answered.browser])
      for (const name of browser.names()) secrets.set(`cookie ${secrets.size} ${name}`, browser.value(name)!)
    for (const secret of ['puppet secret', PASSWORD, password])
      secrets.set(`password ${secrets.size}`, secret)

    for (const door of Object.values(doorsOf(gatepass, owner, mine))) {
      for (const [kind, artefact] of Object.entries<string>(secret)) {
        if (!door.without?.includes(kind as Kind)) await door.opens(artefact, '198.51.100.1')
      }
    }
    for (const wrong of Object.values<string>(secret)) {
      const at = encodeURIComponent(wrong)
      await new Person(gatepass).signIn(wrong, wrong, wrong)
      t.equal((await exchange(gatepass, owner.acme, wrong, { subject_issuer: wrong })).statusCode, 400)
      await authenticate(gatepass, { username: 'acme-user', password: wrong, ssoSuiteId: wrong })
      for (const path of [
        ...[`/login?target=${at}`, `/logout?target=${at}&ssoToken=${at}`, `/id.json/${at}`],
        ...[
          `/login/${at}`,
          `/upstream/openid/${at}/start`,
          `/upstream/saml/acme-campus/start?provider=${at}`,
        ],
        ...[`/upstream/openid/acme-office/staff/callback?state=${at}&code=${at}&error=${at}`],
        ...[`/upstream/openid/acme-office/start?state=${at}&code_challenge=${at}`],
      ])
        await gatepass.get(issuer + path, { authorization: wrong, referer: `http://x.test/?${at}` })
      const page = await mine.waiting.browser.post({
        url: `${issuer}/upstream/saml/acme-campus/acs`,
        form: { RelayState: wrong, SAMLResponse: wrong },
      })
      t.ok(page.statusCode >= 400)
    }

    const written = await everythingWritten(gatepass)
    t.ok(written.includes('acme-ada@example.com'), 'there is something to search')
    t.ok(secrets.size >= 28)
    for (const [what, text] of secrets) t.notOk(written.includes(text), what)
  })

  t.test('every line of the log parses, whatever requests carry', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const hostile = ['\n{"level":60}', '\r\n', '\u001b[2J', '\u2028', '"}\n{"', '\u0000', '\ud800']
    for (const text of hostile) {
      await gatepass.push(acme, { username: text, [text]: text })
      await gatepass.generate(acme, { body: text, headers: { authorization: basic(text, text) } })
      await gatepass.get(`${acme.siteUrl}/${encodeURIComponent(text.toWellFormed())}`, {
        'user-agent': 'a\tb',
      })
      await gatepass.callback(acme, text.toWellFormed())
      await atTheNewerDoors(gatepass, text)
    }
    const other = new Sqlite(gatepass.config.databaseUrl)
    other.exec('BEGIN IMMEDIATE')
    await gatepass.push(acme, { username: 'x' })
    other.exec('ROLLBACK')
    other.close()
    const lines = gatepass.log().split('\n')
    t.equal(lines.pop(), '')
    t.ok(lines.length > 20)
    for (const line of lines) t.ok(JSON.parse(line).level < 60, line.slice(0, 60))
  })
})
