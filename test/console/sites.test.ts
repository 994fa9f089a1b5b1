import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import t from 'tap'
import { updateProject } from '../../src/projects/update-project.ts'
import { basic, issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'
import { administrator, type TestAdministrator } from './sign-in.ts'

const path = '/console/projects/acme/sites'
const secretIn = (page: string) => /gps_[\w-]{43}/.exec(page)?.[0]
const versionIn = (page: string) => /name="version" value="(\d+)"/.exec(page)![1]!
const clientIn = (page: string) => /<code[^>]*>(site_[0-9a-f]{32})</.exec(page)![1]!

async function start(t: Parameters<typeof startApp>[0]) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  // The site's own client is the oldest.
  gatepass.clock.seconds(1)
  const admin = await administrator(gatepass)
  const version = async (at = path) => versionIn((await admin.get(at)).body)
  return { gatepass, acme, admin, version }
}

const site = {
  siteUrl: 'http://acme.test',
  siteFolder: '',
  homePublished: 'on',
  pathRules: '',
  allowedRedirects: '',
}

const wiki = {
  name: 'Wiki',
  redirectUris: 'https://wiki.example/callback\r\nhttps://wiki.example/other',
  postLogoutRedirectUris: 'https://wiki.example/',
  backchannelLogoutUri: 'https://wiki.example/logout',
  authMethod: 'client_secret',
  jwks: '',
  idTokenAlgorithm: '',
}

/** Makes a client in the console. */
async function makeClient(admin: TestAdministrator, fields: Partial<typeof wiki> = {}) {
  const { body } = await admin.save(`${path}/clients/new`, { ...wiki, ...fields })
  return { clientId: clientIn(body), secret: secretIn(body), body, at: `${path}/clients/${clientIn(body)}` }
}

/** Whether the token endpoint lets a client in: a made-up code is then what is wrong. */
async function isAdmitted(gatepass: TestApp, clientId: string, secret: string): Promise<boolean> {
  const form = { grant_type: 'authorization_code', code: 'x' }
  const answer = await gatepass.token(form, { authorization: basic(clientId, secret) })
  return answer.json().error === 'invalid_grant'
}

async function addNotice(gatepass: TestApp, project: TestProject, clientId: string, id: string) {
  const now = gatepass.clock.now()
  const row = { reader_id: 'gone', sid: null, trace_id: 'x', created_at: now, tries: 4, due_at: null }
  const rest = { claimed_until: null, delivered_at: null, last_problem: 'answered <b>503</b>' }
  const notice = { id, project_id: project.id, client_id: clientId, ...row, ...rest }
  await gatepass.database.write(tx => tx.insertInto('logout_notices').values(notice).execute())
}

t.test('works: the site is changed, rules as lines', async t => {
  const { gatepass, admin, version } = await start(t)
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-site-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const saved = await admin.save(`${path}/site`, {
    version: await version(),
    siteUrl: 'http://docs.acme.test',
    siteFolder: folder,
    siteElsewhere: 'on',
    pathRules: '/internal/* = staff, partners\r\n\r\n/a=b=staff\r\n',
    allowedRedirects: 'https://x.example/cb\r\nhttps://y.example/cb',
  })
  t.match(saved.body, /Saved: the site/)
  t.match(saved.body, /Another server answers/)
  t.match(saved.body, /has no group <code>staff, partners</, 'a group that is not there opens nothing')
  const row = await gatepass.database.read.selectFrom('projects').selectAll().executeTakeFirstOrThrow()
  t.same(JSON.parse(row.path_rules), [
    { path: '/internal/*', groups: ['staff', 'partners'] },
    { path: '/a=b', groups: ['staff'] },
  ])
  t.same(JSON.parse(row.allowed_redirects), ['https://x.example/cb', 'https://y.example/cb'])
  t.match(row, { site_folder: folder, site_elsewhere: 1, home_published: 0, site_host: 'docs.acme.test' })
})

t.test('works: a client is made, entered, changed and deleted', async t => {
  const { gatepass, admin, version } = await start(t)
  t.match((await admin.get(path)).body, /No client yet/)
  const { clientId, secret, body, at } = await makeClient(admin)
  t.match(body, 'Shown this once')
  t.match(body, `${issuer}/.well-known/openid-configuration`)
  t.equal(secretIn((await admin.get(at)).body), undefined)
  t.ok(await isAdmitted(gatepass, clientId, secret!))
  t.match((await admin.get(path)).body, /Wiki/)

  const changed = await admin.save(at, {
    ...wiki,
    version: await version(at),
    name: 'Wiki 2',
    backchannelLogoutUri: '',
    idTokenAlgorithm: 'RS256',
  })
  t.match(changed.body, /<h1>Wiki 2</)
  t.match(changed.body, /value="RS256" selected/)

  const gone = await admin.save(`${at}/delete`, { confirm: 'acme', version: await version(at) })
  t.match(gone.body, /The client is deleted/)
  t.equal((await admin.get(at)).statusCode, 404)
  t.notOk(await isAdmitted(gatepass, clientId, secret!))
})

t.test('works: clients that sign assertions or have no secret at all', async t => {
  const { admin } = await start(t)
  const { publicKey } = await generateKeyPair('ES256', { extractable: true })
  const key = await exportJWK(publicKey)
  for (const jwks of [{ keys: [key] }, [key], key]) {
    const { body } = await makeClient(admin, { authMethod: 'private_key_jwt', jwks: JSON.stringify(jwks) })
    t.equal(secretIn(body), undefined)
    t.notMatch(body, /Regenerate/)
    t.match(body, key.x)
  }
  const { at, body } = await makeClient(admin, { authMethod: 'none' })
  t.equal(secretIn(body), undefined)
  const none = await admin.post(`${at}/secrets/regenerate`, { grace: 'now' })
  t.equal(none.statusCode, 400)
  t.match(none.body, /has no secret/)
})

t.test("works: the site's own client has secrets too, and swaps with them", async t => {
  const { gatepass, acme, admin } = await start(t)
  const at = `${path}/clients/${acme.siteClientId}`
  t.match((await admin.get(path)).body, at)
  const page = await admin.get(at)
  t.match(page.body, /<h1>The site&#39;s own client</)
  t.notMatch(page.body, /Delete this client/)
  const secret = secretIn((await admin.save(`${at}/secrets/regenerate`, { grace: 'now' })).body)!
  t.equal((await gatepass.swap(acme, await gatepass.code(acme))).statusCode, 401)
  const swapped = await gatepass.swap({ ...acme, siteClientSecret: secret }, await gatepass.code(acme))
  t.equal(swapped.statusCode, 200)
  t.equal((await admin.post(`${at}/delete`, { confirm: 'acme', version: '1' })).statusCode, 409)
})

t.test('works: a logout notice that was given up is tried again', async t => {
  const { gatepass, acme, admin } = await start(t)
  const { clientId, at } = await makeClient(admin)
  const id = '018f3a2e-0000-7000-8000-00000000000a'
  await addNotice(gatepass, acme, clientId, id)
  const page = await admin.get(at)
  t.match(page.body, /given up/)
  t.match(page.body, /answered &#60;b&#62;503/)
  t.match((await admin.save(`${at}/notices/retry`, { notice: id })).body, /The site is told again now/)
  const row = await gatepass.database.read.selectFrom('logout_notices').selectAll().executeTakeFirstOrThrow()
  t.equal(row.due_at, gatepass.clock.now())
  t.notMatch((await admin.get(`${path}/clients/${acme.siteClientId}`)).body, /Undelivered/)
})

t.test('refuses: everything that is wrong with the site, at once and at its field', async t => {
  const { gatepass, admin, version } = await start(t)
  await gatepass.project({ slug: 'other' })
  const typed = {
    siteUrl: 'http://acme.test/path',
    siteFolder: 'docs',
    pathRules: '/ok = staff\r\n\r\nnonsense\r\n/a/../b = staff\r\n/x = Not A Slug',
    allowedRedirects: 'ftp://x\r\njavascript:1',
  }
  const answer = await admin.post(`${path}/site`, { ...site, ...typed, version: await version() })
  t.equal(answer.statusCode, 400)
  t.match(answer.body, /field-siteUrl-problem">Must be an origin/)
  t.match(answer.body, /field-siteFolder-problem">Must be an absolute path/)
  t.match(answer.body, /Cannot be read in line 3 \(nonsense\), line 4 \(.*\), line 5 \(/)
  t.match(answer.body, /ftp:\/\/x; must be http\(s\) URLs without credentials and #: javascript:1/, 'both')
  t.match(answer.body, /nonsense\r?\n\/a\/\.\.\/b &#61; staff/, 'what was typed is kept')
  t.match(answer.body, /name="siteFolder" type="text" value="docs"/)

  const taken = await admin.post(`${path}/site`, {
    ...site,
    siteUrl: 'http://other.test',
    version: await version(),
  })
  t.equal(taken.statusCode, 409)
  t.match(taken.body, /field-siteUrl-problem">Is that of another project/)
  const itself = await admin.post(`${path}/site`, { ...site, siteUrl: issuer, version: await version() })
  t.match(itself.body, /Must have another host than the identity server/)
})

t.test('refuses: everything that is wrong with a client, at once and at its field', async t => {
  const { gatepass, admin, version } = await start(t)
  const { at } = await makeClient(admin)
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const typed = {
    name: 'x'.repeat(101),
    redirectUris: 'https://a@b/\r\n//evil',
    postLogoutRedirectUris: 'data:text/html,x',
    backchannelLogoutUri: 'gopher://x',
    authMethod: 'telepathy',
    idTokenAlgorithm: 'none',
    jwks: '{"keys": "x"}',
  }
  const before = await gatepass.count('clients')
  for (const where of [at, `${path}/clients/new`]) {
    const answer = await admin.post(where, { ...typed, version: '1' })
    t.equal(answer.statusCode, 400, where)
    t.match(answer.body, /field-name-problem">Must be at most 100 characters/)
    t.match(answer.body, /field-redirectUris-problem">Must be .*a@b\/; must be .*evil/)
    t.match(answer.body, /field-postLogoutRedirectUris-problem">Must be/)
    t.match(answer.body, /field-backchannelLogoutUri-problem">Must be/)
    t.match(answer.body, /Must be one of client_secret, private_key_jwt, none/)
    t.match(answer.body, /field-idTokenAlgorithm-problem">Must be one of ES256/)
    t.match(answer.body, /field-jwks-problem">Is no JWK Set/)
    t.match(answer.body, /https:\/\/a@b\/\r?\n\/\/evil/)
  }
  const keys = async (jwks: string) =>
    (await admin.post(at, { ...wiki, authMethod: 'private_key_jwt', jwks, version: '1' })).body
  t.match(await keys('{'), /field-jwks-problem">Is not JSON/)
  t.match(await keys(''), /field-jwks-problem">Must have the public keys/)
  t.match(
    await keys(JSON.stringify(await exportJWK(privateKey))),
    /field-jwks-problem">Must have public keys only/,
  )
  t.match(await keys('{"keys":[null, 5]}'), /field-jwks-problem">Must have public keys only/)
  t.equal(await gatepass.count('clients'), before)
  t.equal(await version(at), '1')
  t.equal((await admin.post(`${at}/delete`, { confirm: 'wiki' })).statusCode, 400)
})

t.test('resists: a private key pasted by mistake is not shown again', async t => {
  const { admin } = await start(t)
  const { at } = await makeClient(admin)
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  const pastes = {
    'a key': JSON.stringify(jwk),
    'a set': JSON.stringify({ keys: [jwk] }, null, 2),
    'a set that is cut': JSON.stringify({ keys: [jwk] }).slice(0, -1),
    JavaScript: `{ kty: 'EC', crv: 'P-256', d: '${jwk.d}' }`,
    'a symmetric key': `{"keys":[{"kty":"oct","k":"${jwk.d}"}]}`,
    PEM: `-----BEGIN PRIVATE KEY-----\r\n${jwk.d}\r\n-----END PRIVATE KEY-----`,
  }
  for (const [what, jwks] of Object.entries(pastes)) {
    for (const where of [at, `${path}/clients/new`]) {
      for (const version of ['1', '7']) {
        const answer = await admin.post(where, { ...wiki, authMethod: 'private_key_jwt', jwks, version })
        t.match(answer.body, /looks like a private key and is not shown again\./, what)
        t.notMatch(answer.body, jwk.d!, what)
        t.match(answer.body, /value="Wiki"/, 'the rest of what was typed is kept')
      }
    }
  }
  const harmless = await admin.post(at, { ...wiki, jwks: '{"keys":[{"kid":"1"', version: '1' })
  t.match(harmless.body, /\{&#34;keys&#34;:\[\{&#34;kid/, 'public ones are kept to be mended')
})

t.test('works: a site whose folder has gone from the disk can still be changed', async t => {
  const { gatepass, acme, admin, version } = await start(t)
  const siteFolder = join(gatepass.folder, 'pages')
  mkdirSync(siteFolder)
  await admin.save(`${path}/site`, { ...site, siteFolder, version: await version() })
  rmSync(siteFolder, { recursive: true })
  const page = await admin.save(`${path}/site`, {
    ...{ ...site, siteFolder, pathRules: '/staff = staff' },
    version: await version(),
  })
  t.match(page.body, /\/staff &#61; staff/)
  await updateProject(gatepass.rules, gatepass.actor, acme.slug, { name: 'Still here' })
  const elsewhere = { ...site, siteFolder: `${siteFolder}-2`, version: await version() }
  t.match((await admin.post(`${path}/site`, elsewhere)).body, /Is not a folder/, 'another one must be there')
})

t.test('refuses: the later of two administrators, at the site and at a client', async t => {
  const { gatepass, admin, version } = await start(t)
  const other = await administrator(gatepass, { email: 'other@example.com' })
  const opened = await version()
  await other.save(`${path}/site`, { ...site, pathRules: '/theirs = staff', version: opened })
  const late = await admin.post(`${path}/site`, { ...site, pathRules: '/mine = staff', version: opened })
  t.equal(late.statusCode, 412)
  t.match(late.body, /Stored now: <code>\/theirs &#61; staff</)
  t.match(late.body, /\n\/mine &#61; staff<\/textarea>/)

  const { at } = await makeClient(admin)
  await other.save(at, { ...wiki, name: 'Theirs', version: '1' })
  const second = await admin.post(at, { ...wiki, name: 'Mine', authMethod: 'none', version: '1' })
  t.equal(second.statusCode, 412)
  t.match(second.body, /Stored now: <code>Theirs</)
  t.match(second.body, /Stored now: Client secret/)
  t.equal(second.body.match(/Stored now/g)!.length, 2, 'the redirect URIs are the same')

  const deleted = await admin.post(`${at}/delete`, { confirm: 'acme', version: '1' })
  t.equal(deleted.statusCode, 412, 'and so is who deletes what somebody has just changed')
  t.equal((await admin.get(at)).statusCode, 200)
})

t.test('resists: without the right, for a foreign project, with foreign IDs', async t => {
  const { gatepass, acme, admin } = await start(t)
  const other = await gatepass.project({ slug: 'other' })
  const { clientId, secret, at } = await makeClient(admin)
  const forms: [string, Record<string, string>][] = [
    [`${path}/site`, { ...site, version: '1' }],
    [`${path}/clients/new`, wiki],
    [at, { ...wiki, version: '1' }],
    [`${at}/delete`, { confirm: 'acme' }],
    [`${at}/notices/retry`, { notice: 'x' }],
    [`${at}/secrets/regenerate`, { grace: 'now' }],
    [`${at}/secrets/issue`, { label: 'x', life: '1d' }],
    [`${at}/secrets/revoke`, { secret: 'x' }],
  ]
  const reader = await administrator(gatepass, { role: 'read_only' })
  const foreign = await administrator(gatepass, { role: 'project_administrator', projects: [other.id] })
  for (const page of [path, at]) {
    const looked = await reader.get(page)
    t.equal(looked.statusCode, 200, page)
    t.notMatch(looked.body, /action="\/console\/projects/, `${page}: no form at all`)
    t.equal((await foreign.get(page)).statusCode, 404, page)
  }
  t.equal((await reader.get(`${path}/clients/new`)).statusCode, 403)
  for (const [form, fields] of forms) {
    t.equal((await reader.post(form, fields)).statusCode, 403, `${form}: read-only`)
    t.equal((await foreign.post(form, fields)).statusCode, 404, `${form}: somebody else's`)
    if (!form.startsWith(at)) continue
    const under = form.replace('/acme/', '/other/')
    t.equal((await foreign.post(under, fields)).statusCode, 404, `${under}: under their own project`)
    t.equal(
      (await admin.post(under, { ...fields, confirm: 'other' })).statusCode,
      404,
      `${under}: by an owner`,
    )
  }
  t.equal((await foreign.get(at.replace('/acme/', '/other/'))).statusCode, 404)
  t.equal(
    (await admin.get(`${path}/clients/${acme.clientId}`)).statusCode,
    404,
    'a login client is none of these',
  )
  t.ok(await isAdmitted(gatepass, clientId, secret!))

  const own = await gatepass.database.read
    .selectFrom('client_secrets')
    .select('id')
    .where('client_id', '=', acme.siteClientId)
    .executeTakeFirstOrThrow()
  t.equal((await admin.post(`${at}/secrets/revoke`, { secret: own.id })).statusCode, 404)
  const id = '018f3a2e-0000-7000-8000-00000000000b'
  await addNotice(gatepass, other, other.siteClientId, id)
  t.equal((await admin.post(`${at}/notices/retry`, { notice: id })).statusCode, 404)
})

t.test('resists: a project administrator publishes no folder of the server', async t => {
  const { gatepass, acme, version } = await start(t)
  const theirs = await administrator(gatepass, { role: 'project_administrator', projects: [acme.id] })
  t.notMatch((await theirs.get(path)).body, /name="siteFolder"/)
  const { siteFolder: _, ...rest } = site
  t.equal(
    (await theirs.post(`${path}/site`, { ...rest, siteFolder: '/etc', version: await version() })).statusCode,
    403,
  )
  t.equal((await theirs.post(`${path}/site`, { ...rest, version: await version() })).statusCode, 303)
})

t.test('resists: hostile names and labels do nothing', async t => {
  const { admin } = await start(t)
  const name = '"><img src=x onerror=alert(1)>'
  const { at } = await makeClient(admin, { name })
  await admin.save(`${at}/secrets/issue`, { label: name, life: '1d' })
  for (const page of [path, at]) {
    const { body } = await admin.get(page)
    t.notMatch(body, /<img/, page)
    t.match(body, /&#60;img/, page)
  }
})
