// The demo's second site by itself: what it takes for an answer, a logout token, a form.
import { generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { createKeyRing } from '../../src/keys/key-ring.ts'
import { wrappingKey } from '../../src/keys/wrap.ts'
import { listClients } from '../../src/projects/project-store.ts'
import { createSiteClient, deleteSiteClient, updateSiteClient } from '../../src/projects/site-clients.ts'
import { mint } from '../../src/tokens/mint.ts'
import { type Folder, newFolder, type Started } from './start-demo.ts'

const actor = { name: 'test', origin: 'test' }
const support = 'http://support.localhost:3000'
const issuer = 'http://localhost:3000'
const secretOfTests = 'x'.repeat(40)
const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

const clientsOf = async (folder: Folder) =>
  (await listClients(folder.database.read)).map(({ client }) => client).filter(client => client.name !== '')

/** A browser that signs in at the customer where it is sent there. */
function browserOf({ app }: Started) {
  const jars = new Map<string, Map<string, string>>()
  const send = async (method: 'GET' | 'POST', url: URL, form?: Record<string, string>) => {
    const jar = jars.get(url.host) ?? new Map<string, string>()
    jars.set(url.host, jar)
    const answer = await app.inject({
      method,
      url: url.href,
      headers: {
        cookie: [...jar].map(pair => pair.join('=')).join('; '),
        ...(form && { 'content-type': 'application/x-www-form-urlencoded', origin: url.origin }),
      },
      ...(form && { payload: new URLSearchParams(form).toString() }),
    })
    for (const header of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
      if (/Max-Age=0/.test(header)) jar.delete(name)
      else jar.set(name, value)
    }
    return answer
  }
  const browser = {
    /** Follows redirects until a page comes, or `stopAt`. */
    async go(start: string, { post, stopAt }: { post?: Record<string, string>; stopAt?: string } = {}) {
      let url = new URL(start)
      let answer = await send(post ? 'POST' : 'GET', url, post)
      const visited = [url.href]
      while (answer.statusCode >= 300 && answer.statusCode < 400 && visited.length < 20) {
        url = new URL(answer.headers.location!, url)
        visited.push(url.href)
        if (stopAt && url.href.startsWith(stopAt)) break
        answer = await send('GET', url)
      }
      return { url: url.href, answer, visited }
    },
    async logIn(username = 'ada') {
      const post = { username, password: 'wrench', continueTo: '/' }
      await browser.go('http://customer.localhost:3000/login', { post })
    },
  }
  return browser
}

async function signedIn(t: Test) {
  const folder = await newFolder(t)
  const started = await folder.start({ GATEPASS_SECRET: secretOfTests })
  const browser = browserOf(started)
  await browser.logIn()
  const { visited, answer } = await browser.go(`${support}/tickets/NW-2038`)
  return { folder, started, browser, visited, answer }
}

t.test('works', async t => {
  t.test('a browser comes back signed in, by way of the knowledge base', async t => {
    const { visited, answer } = await signedIn(t)
    t.equal(answer.statusCode, 200)
    t.match(answer.body, 'signed in as Ada Lindqvist')
    t.same(
      visited.map(url => url.split('?')[0]),
      [
        `${support}/tickets/NW-2038`,
        `${issuer}/oauth/authorize`,
        'http://demo.localhost:3000/gate/continue',
        'http://customer.localhost:3000/sso',
        'http://demo.localhost:3000/jwt/authorize',
        'http://demo.localhost:3000/gate/continue',
        `${issuer}/oauth/continue`,
        `${support}/callback`,
        `${support}/tickets/NW-2038`,
      ],
    )
  })

  t.test('every start finds the client that the first one made, and takes it to its own port', async t => {
    const folder = await newFolder(t)
    const first = await folder.start()
    const [client, ...more] = await clientsOf(folder)
    t.same(more, [])
    t.match(client, {
      id: first.demo!.support.clientId,
      redirectUris: [`${support}/callback`],
      postLogoutRedirectUris: ['http://customer.localhost:3000/logout'],
      backchannelLogoutUri: `${support}/backchannel-logout`,
    })
    await folder.start()
    t.same(await clientsOf(folder), [client])
    await folder.start({ PORT: '3500' })
    t.match(await clientsOf(folder), [{ redirectUris: ['http://support.localhost:3500/callback'] }])

    const deps = { database: folder.database, clock: folder.clock }
    await deleteSiteClient(deps, actor, 'demo', client!.id)
    await Promise.all([folder.start(), folder.start()])
    const made = await clientsOf(folder)
    t.equal(made.length, 1, 'two starts at once make one')
  })

  t.test('its secret ends by itself after a day, and a new one is made in time', async t => {
    const { folder, started } = await signedIn(t)
    folder.clock.minutes(25 * 60)
    const again = browserOf(started)
    await again.logIn('ben')
    t.match((await again.go(`${support}/tickets/NW-2038`)).answer.body, 'signed in as Ben Okafor')
  })

  t.test('its session ends with the ID token', async t => {
    const { folder, browser } = await signedIn(t)
    folder.clock.minutes(60)
    const { visited } = await browser.go(`${support}/`)
    t.ok(visited.length > 1, 'it asks again')
  })

  t.test('a logout token ends the session that it names, and only that', async t => {
    const { folder, started, browser } = await signedIn(t)
    folder.clock.minutes(1)
    const other = browserOf(started)
    await other.logIn('ben')
    await other.go(support)
    const token = await logoutToken(folder, started, {})
    t.equal((await tell(started, token)).statusCode, 200)
    t.ok((await browser.go(support)).visited.length > 1)
    t.equal((await other.go(support)).visited.length, 1)
  })
})

t.test('resists', async t => {
  t.test('an answer that was begun in another browser, or is of another server', async t => {
    const { started, browser } = await signedIn(t)
    const thief = browserOf(started)
    await thief.logIn('ben')
    const { url } = await thief.go(support, { stopAt: `${support}/callback` })
    const victim = browserOf(started)
    t.equal((await victim.go(url)).answer.statusCode, 400)
    t.match((await browser.go(url)).answer.body, 'Ada Lindqvist', 'who is signed in stays it')
    const mixedUp = new URL(url)
    mixedUp.searchParams.set('iss', 'http://evil.test')
    t.equal((await thief.go(mixedUp.href)).answer.statusCode, 502)
    t.equal((await thief.go(url)).answer.statusCode, 400, 'an attempt is used once')
  })

  t.test('a logout token that is none', async t => {
    const { folder, started, browser } = await signedIn(t)
    const now = Math.floor(folder.clock.now() / 1000)
    const claims = await logoutClaims(folder, started)
    for (const [name, wrong] of Object.entries({
      'another issuer': { iss: 'http://evil.test' },
      'another audience': { aud: 'site_other' },
      expired: { iat: now - 600, exp: now - 300 },
      'no jti': { jti: undefined },
      'no events': { events: undefined },
      'other events': { events: { other: {} } },
      'an event that is no object': { events: { [EVENT]: true } },
      'a nonce': { nonce: 'x' },
      'nobody named': { sid: undefined, sub: undefined },
    })) {
      const token = await logoutToken(folder, started, wrong)
      t.equal((await tell(started, token)).statusCode, 400, name)
    }
    t.equal((await tell(started, await logoutToken(folder, started, {}, 'JWT'))).statusCode, 400, 'a type')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'logout+jwt' })
      .sign(privateKey)
    for (const token of [forged, `${btoa('{"alg":"none","typ":"logout+jwt"}')}.${btoa('{}')}.`, 'x', '']) {
      t.equal((await tell(started, token)).statusCode, 400)
    }
    t.equal(
      (await started.app.inject({ method: 'POST', url: `${support}/backchannel-logout` })).statusCode,
      400,
    )
    t.equal((await browser.go(support)).visited.length, 1, 'nobody was signed out')

    const good = await logoutToken(folder, started, { jti: 'once', sid: 'another-session' })
    t.equal((await tell(started, good)).statusCode, 200)
    t.equal((await tell(started, good)).statusCode, 400, 'each is taken once')
  })

  t.test('a sign-out that another site posts', async t => {
    const { started } = await signedIn(t)
    const headers = { origin: 'http://evil.test' }
    const answer = await started.app.inject({ method: 'POST', url: `${support}/logout`, headers })
    t.equal(answer.statusCode, 403)
  })
})

t.test('refuses', async t => {
  t.test('its client is gone: the sign-in server says so, and nobody goes in circles', async t => {
    const { folder, started } = await signedIn(t)
    const deps = { database: folder.database, clock: folder.clock }
    await deleteSiteClient(deps, actor, 'demo', started.demo!.support.clientId)
    const { answer, visited } = await browserOf(started).go(support)
    t.equal(answer.statusCode, 400)
    t.equal(visited.length, 2)
  })

  t.test('a client of its owner’s own beside it stays as it is', async t => {
    const folder = await newFolder(t)
    const started = await folder.start()
    const deps = { database: folder.database, clock: folder.clock }
    const redirectUris = ['http://wiki.test/callback']
    const { clientId } = await createSiteClient(deps, actor, 'demo', { name: 'wiki', redirectUris })
    await updateSiteClient(deps, actor, 'demo', started.demo!.support.clientId, { name: 'Mine' })
    await folder.start({ PORT: '3500' })
    t.match(
      (await clientsOf(folder)).find(client => client.id === clientId),
      { name: 'wiki', redirectUris },
    )
  })
})

function tell({ app }: Started, token: string) {
  return app.inject({
    method: 'POST',
    url: `${support}/backchannel-logout`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ logout_token: token }).toString(),
  })
}

async function logoutClaims(folder: Folder, started: Started) {
  const { clientId } = started.demo!.support
  const session = await folder.database.read
    .selectFrom('sessions')
    .selectAll()
    .where('client_id', '=', clientId)
    .orderBy('key')
    .executeTakeFirstOrThrow()
  const iat = Math.floor(folder.clock.now() / 1000)
  return {
    iss: issuer,
    aud: clientId,
    iat,
    exp: iat + 120,
    jti: 'a',
    sub: session.reader_id,
    sid: Buffer.from(session.key).toString('base64url'),
    events: { [EVENT]: {} },
  }
}

/** A logout token of the oldest session there, signed with the key of the server. */
async function logoutToken(
  folder: Folder,
  started: Started,
  wrong: Record<string, unknown>,
  type: 'logout+jwt' | 'JWT' = 'logout+jwt',
): Promise<string> {
  const keys = createKeyRing(folder.database, folder.clock, wrappingKey(secretOfTests))
  const claims = { ...(await logoutClaims(folder, started)), ...wrong }
  return mint(await keys.signingKey('ES256'), type, JSON.parse(JSON.stringify(claims)))
}
