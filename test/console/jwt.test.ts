import { readFileSync } from 'node:fs'
import t from 'tap'
import { createSiteClient } from '../../src/projects/site-clients.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { onPostgres } from '../database-of-test.ts'
import { issuer, startApp, type TestApp, type TestProject } from '../start-app.ts'
import { administrator, type TestAdministrator } from './sign-in.ts'

const path = '/console/projects/acme/jwt'
const secretIn = (page: string) => /gps_[\w-]{43}/.exec(page)?.[0]
const versionIn = (page: string) => /name="version" value="(\d+)"/.exec(page)![1]!
const secretIds = (page: string) =>
  [...page.matchAll(/name="secret" value="([^"]+)"/g)].map(found => found[1]!)

async function start(t: Parameters<typeof startApp>[0]) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const admin = await administrator(gatepass)
  const version = async () => versionIn((await admin.get(path)).body)
  return { gatepass, acme, admin, version }
}

const pushes = async (gatepass: TestApp, acme: TestProject, clientSecret: string) =>
  (await gatepass.push({ ...acme, clientSecret })).statusCode

t.test('works: the page has what the login endpoint needs, and no secret', async t => {
  const { acme, admin } = await start(t)
  const { body } = await admin.get(path)
  t.match(body, acme.clientId)
  t.match(body, 'http://acme.test/jwt/authorize')
  t.match(body, `${issuer}/jwt/generateCode`)
  t.match(body, `…${acme.clientSecret.slice(-4)}`)
  t.equal(secretIn(body), undefined)
})

t.test('works: the switch decides whether a code can be made', async t => {
  const { gatepass, acme, admin, version } = await start(t)
  const off = await admin.save(`${path}/status`, { version: await version() })
  t.match(off.body, /JWT SSO is off/)
  t.equal((await gatepass.push(acme)).statusCode, 403)
  const on = await admin.save(`${path}/status`, { version: await version(), jwtEnabled: 'on' })
  t.match(on.body, /JWT SSO is on/)
  t.equal((await gatepass.push(acme)).statusCode, 200)
})

t.test('works: a regenerated secret is shown once; the old one works until its grace is over', async t => {
  const { gatepass, acme, admin } = await start(t)
  const page = await admin.save(`${path}/secrets/regenerate`, { grace: '24h' })
  const secret = secretIn(page.body)!
  t.match(page.body, /Shown this once/)
  t.match(page.body, /Those before it work until \d{4}-\d\d-\d\d \d\d:\d\d UTC/)
  t.equal(secretIn((await admin.get(path)).body), undefined, 'not on the next look')

  t.equal(await pushes(gatepass, acme, acme.clientSecret), 200)
  t.equal(await pushes(gatepass, acme, secret), 200)
  gatepass.clock.advance(24 * 3_600_000 - 1)
  t.equal(await pushes(gatepass, acme, acme.clientSecret), 200, 'a millisecond before its end')
  gatepass.clock.advance(1)
  t.equal(await pushes(gatepass, acme, acme.clientSecret), 401)
  t.equal(await pushes(gatepass, acme, secret), 200)

  const again = await administrator(gatepass, { email: 'next@example.com' })
  const last = secretIn((await again.save(`${path}/secrets/regenerate`, { grace: 'now' })).body)!
  t.equal(await pushes(gatepass, acme, secret), 401, 'without grace it ends at once')
  t.equal(await pushes(gatepass, acme, last), 200)
})

t.test('works: a second secret has a label and an end, and one secret can be revoked', async t => {
  const { gatepass, acme, admin } = await start(t)
  const label = '<b>staging</b>'
  const page = await admin.save(`${path}/secrets/issue`, { label, life: '1d' })
  const second = secretIn(page.body)!
  t.match(page.body, '&#60;b&#62;staging')
  t.notMatch(page.body, '<b>staging')
  t.equal(await pushes(gatepass, acme, second), 200)
  t.equal(await pushes(gatepass, acme, acme.clientSecret), 200)
  const ids = secretIds((await admin.get(path)).body)
  t.equal(ids.length, 2)
  t.match(
    (await admin.save(`${path}/secrets/revoke`, { secret: ids[1]! })).body,
    /The secret is revoked/,
    'the newest is listed first',
  )
  t.equal(await pushes(gatepass, acme, acme.clientSecret), 401)
  t.equal(await pushes(gatepass, acme, second), 200)
  const left = (await admin.get(path)).body
  t.match(left, /Ended secrets \(1\)/)
  t.match(left, /no other one works/)
  gatepass.clock.advance(24 * 3_600_000)
  t.equal(await pushes(gatepass, acme, second), 401)
  const later = await administrator(gatepass, { email: 'later@example.com' })
  t.match((await later.get(path)).body, /No secret works/)
})

t.test('works: addresses, codes and tokens are saved, each with its own word', async t => {
  const { gatepass, acme, admin, version } = await start(t)
  const addresses = await admin.save(`${path}/addresses`, {
    version: await version(),
    loginUrl: ' https://app.example.com/sso ',
    logoutUrl: '',
  })
  t.match(addresses.body, /Saved: login URL and logout URL/)
  t.match(addresses.body, 'value="https://app.example.com/sso"')

  const codes = await admin.save(`${path}/pushes`, {
    version: await version(),
    binding: 'required',
    unknownGroups: 'create',
    outstandingCodesLimit: '500',
  })
  t.match(codes.body, /Saved: how codes are taken/)
  t.match(codes.body, /value="required" checked/)
  t.equal((await gatepass.push(acme, { readerGroupIds: ['new-one'] })).statusCode, 200)

  const tokens = await admin.save(`${path}/tokens`, {
    version: await version(),
    minTokenValidity: '10',
    defaultTokenValidity: '30',
    maxTokenValidity: '60',
    signingAlgorithm: 'EdDSA',
  })
  t.match(tokens.body, /Saved: lifetimes and signing algorithm/)
  const tried = await gatepass.push(acme, { tokenValidity: 1440 }, '?dryRun=true')
  t.equal(tried.json().tokenValidity, 60)
})

t.test('works: the configuration is deleted, and made anew with other credentials', async t => {
  const { gatepass, acme, admin, version } = await start(t)
  const code = await gatepass.code(acme)
  const gone = await admin.save(`${path}/delete`, { confirm: 'acme', version: await version() })
  t.match(gone.body, /The JWT configuration is deleted/)
  t.match(gone.body, /Create JWT/)
  t.notMatch(gone.body, acme.clientId)
  t.equal(await pushes(gatepass, acme, acme.clientSecret), 401)
  t.equal((await gatepass.callback(acme, code)).statusCode, 400, 'a code under way is refused')
  t.match((await admin.get(path)).body, acme.loginUrl, 'addresses are kept')

  const made = await admin.save(`${path}/create`)
  const secret = secretIn(made.body)!
  const clientId = /login_[0-9a-f]{32}/.exec(made.body)![0]
  t.not(clientId, acme.clientId)
  t.equal(secretIn((await admin.get(path)).body), undefined)
  t.equal(await pushes(gatepass, { ...acme, clientId }, secret), 200)
  const actions = await gatepass.database.read
    .selectFrom('audit_events')
    .select(['action', 'actor'])
    .execute()
  for (const action of ['jwt.delete', 'jwt.create']) {
    t.match(
      actions.find(each => each.action === action),
      { actor: /owner@example\.com/ },
      action,
    )
  }
})

t.test('works: a project that signs in by another standard keeps its switch', async t => {
  const { gatepass, admin, version } = await start(t)
  await updateProject(gatepass.rules, gatepass.actor, 'acme', { standard: 'openid' })
  const page = await admin.get(path)
  t.match(page.body, /sign in by another standard, <strong>OpenID/)
  t.notMatch(page.body, /Save status/)
  const enabled = async () =>
    (await gatepass.database.read.selectFrom('projects').select('jwt_enabled').executeTakeFirstOrThrow())
      .jwt_enabled
  await admin.save(`${path}/delete`, { confirm: 'acme', version: await version() })
  t.equal(await enabled(), 1, 'readers go on signing in by OpenID')
  await admin.save(`${path}/create`)
  t.equal(await enabled(), 1)
})

t.test('refuses: every wrong field at its field, with what was typed', async t => {
  const { admin, version } = await start(t)
  const wrong: [form: string, fields: Record<string, string>, says: RegExp[]][] = [
    [
      'addresses',
      { loginUrl: 'javascript:alert(1)', logoutUrl: 'https://user@host/' },
      [/field-loginUrl-problem">Must be an http/, /field-logoutUrl-problem">Must be an http/],
    ],
    [
      'pushes',
      { binding: 'maybe', unknownGroups: 'guess', outstandingCodesLimit: '1e3' },
      [
        /Must be one of off, confirm, required/,
        /Must be one of reject, ignore, create/,
        /field-outstandingCodesLimit-problem">Must be a whole number/,
      ],
    ],
    [
      'tokens',
      {
        minTokenValidity: '4',
        defaultTokenValidity: '15.5',
        maxTokenValidity: '1441',
        signingAlgorithm: 'none',
      },
      [
        /field-minTokenValidity-problem">Must be a whole number of minutes from 5 to 1440/,
        /field-defaultTokenValidity-problem">Must be a whole number of minutes/,
        /field-maxTokenValidity-problem">Must be a whole number of minutes/,
        /Must be one of ES256, EdDSA, RS256/,
      ],
    ],
    [
      'tokens',
      {
        minTokenValidity: '60',
        defaultTokenValidity: '30',
        maxTokenValidity: '90',
        signingAlgorithm: 'ES256',
      },
      [/field-defaultTokenValidity-problem">Must lie between the least \(60\) and the most \(90\)/],
    ],
    [
      'delete',
      { confirm: 'Acme' },
      [/field-confirm-problem">Must be the slug of the project: acme/, /<details open>/],
    ],
    ['secrets/regenerate', { grace: 'forever' }, [/field-grace-problem">Must be one of now, 1h, 24h, 7d/]],
    ['secrets/issue', { label: ' ', life: '99y' }, [/field-life-problem">Must be one of 1d/]],
    ['secrets/issue', { label: ' ', life: '1d' }, [/field-label-problem">Must be 1 to 100 characters/]],
    [
      'secrets/issue',
      { label: 'x\u0000y', life: '1d' },
      [/field-label-problem">Must be 1 to 100 characters/],
    ],
  ]
  for (const [form, fields, says] of wrong) {
    const answer = await admin.post(`${path}/${form}`, { version: await version(), ...fields })
    t.equal(answer.statusCode, 400, form)
    for (const each of says) t.match(answer.body, each, form)
    t.match(answer.body, /Nothing was saved/)
    const there = /<a href="#(form-\w+)">Go to the form/.exec(answer.body)![1]!
    t.match(answer.body, `id="${there}"`, `${form}: the way to it`)
    for (const [name, typed] of Object.entries(fields)) {
      if (
        ['loginUrl', 'logoutUrl', 'outstandingCodesLimit', 'confirm'].includes(name) ||
        name.endsWith('Validity')
      )
        t.match(
          answer.body,
          `name="${name}" type="${/Url/.test(name) ? 'url' : 'text'}" value="${typed}"`,
          name,
        )
    }
  }
  t.equal((await admin.post(`${path}/create`)).statusCode, 409, 'there is one already')
})

t.test('refuses: the later of two administrators, who sees both values', async t => {
  const { gatepass, admin, version } = await start(t)
  const other = await administrator(gatepass, { email: 'other@example.com' })
  const opened = await version()
  await other.save(`${path}/addresses`, {
    version: opened,
    loginUrl: 'https://theirs.example',
    logoutUrl: '',
  })
  const late = await admin.post(`${path}/addresses`, {
    version: opened,
    loginUrl: 'https://mine.example',
    logoutUrl: '',
  })
  t.equal(late.statusCode, 412)
  t.match(late.body, /changed by somebody else/)
  t.match(late.body, /Stored now: <code>https:\/\/theirs\.example</)
  t.match(late.body, /value="https:\/\/mine\.example"/)
  const again = { version: versionIn(late.body), loginUrl: 'https://mine.example', logoutUrl: '' }
  t.equal((await admin.post(`${path}/addresses`, again)).statusCode, 303, 'saved knowingly')

  const switched = await admin.post(`${path}/status`, { version: opened })
  t.equal(switched.statusCode, 412)
  t.match(switched.body, /Stored now: on/)
  const chosen = { binding: 'confirm', unknownGroups: 'reject', outstandingCodesLimit: '100000' }
  t.match((await admin.post(`${path}/pushes`, { version: opened, ...chosen })).body, /Stored now: Off/)
  t.equal((await admin.post(`${path}/delete`, { version: opened, confirm: 'acme' })).statusCode, 412)
  t.equal((await admin.post(`${path}/status`, {})).statusCode, 400, 'without a version')
})

t.test('resists: without the right, for a foreign project, with foreign IDs', async t => {
  const { gatepass, acme, admin, version } = await start(t)
  const other = await gatepass.project({ slug: 'other' })
  const forms: [string, Record<string, string>][] = [
    ['status', { version: '1' }],
    ['addresses', { version: '1', loginUrl: 'https://x.example', logoutUrl: '' }],
    ['pushes', { version: '1', binding: 'off', unknownGroups: 'reject', outstandingCodesLimit: '5' }],
    ['tokens', { version: '1' }],
    ['create', {}],
    ['delete', { version: '1', confirm: 'acme' }],
    ['secrets/regenerate', { grace: 'now' }],
    ['secrets/issue', { label: 'x', life: '1d' }],
    ['secrets/revoke', { secret: 'x' }],
  ]
  const reader = await administrator(gatepass, { role: 'read_only' })
  const looked = await reader.get(path)
  t.equal(looked.statusCode, 200)
  t.match(looked.body, acme.clientId)
  t.notMatch(looked.body, /action="\/console\/projects/, 'no form at all')
  const foreign = await administrator(gatepass, { role: 'project_administrator', projects: [other.id] })
  t.equal((await foreign.get(path)).statusCode, 404)
  for (const [form, fields] of forms) {
    t.equal((await reader.post(`${path}/${form}`, fields)).statusCode, 403, `${form}: read-only`)
    t.equal((await foreign.post(`${path}/${form}`, fields)).statusCode, 404, `${form}: somebody else's`)
  }
  t.equal(await pushes(gatepass, acme, acme.clientSecret), 200)

  const theirs = secretIds((await admin.get('/console/projects/other/jwt')).body)[0]!
  t.equal((await admin.post(`${path}/secrets/revoke`, { secret: theirs })).statusCode, 404)
  t.equal(await pushes(gatepass, other, other.clientSecret), 200)
  const { id } = (await gatepass.database.read
    .selectFrom('client_secrets')
    .select('id')
    .where('client_id', '=', acme.siteClientId)
    .executeTakeFirst())!
  t.equal((await admin.post(`${path}/secrets/revoke`, { secret: id })).statusCode, 404, "the site's secret")
  t.equal(await version(), '1', 'nothing was changed')
})

t.test('resists: a secret is on one page, in one browser, and nowhere else', async t => {
  const { gatepass, acme, admin } = await start(t)
  await createSiteClient(gatepass.rules, gatepass.actor, 'acme', { name: 'Wiki' })
  const answer = await admin.post(`${path}/secrets/regenerate`, { grace: '1h' })
  t.notMatch(answer.headers.location, /gps_/)
  t.notMatch(JSON.stringify(answer.headers), /gps_/, 'sealed on its way')
  const other = await administrator(gatepass, { email: 'other@example.com' })
  const stolen = admin.jar.value('gatepass_console_once')!
  other.jar.set('gatepass_console_once', stolen)
  t.equal(secretIn((await other.get(path)).body), undefined, 'another session cannot open it')
  t.equal(secretIn((await admin.get('/console/projects/acme/settings')).body), undefined, 'nor another page')
  const shown = await admin.get(path)
  const secret = secretIn(shown.body)!
  t.equal(shown.headers['cache-control'], 'no-store')
  t.equal(await pushes(gatepass, acme, secret), 200)
  t.notMatch(gatepass.log(), secret)
  for (const file of onPostgres ? [] : ['gatepass.db', 'gatepass.db-wal']) {
    t.notOk(readFileSync(`${gatepass.folder}/${file}`).includes(secret), file)
  }
})

t.test('resists: hostile names do nothing', async t => {
  const gatepass = await startApp(t)
  const name = '"><img src=x onerror=alert(1)>'
  await gatepass.project({ name, loginUrl: 'https://app.example/?a="><img/src=y>' })
  const admin: TestAdministrator = await administrator(gatepass, { name })
  for (const page of ['jwt', 'sites', 'settings', 'sites/clients/new']) {
    const { body } = await admin.get(`/console/projects/acme/${page}`)
    t.notMatch(body, /<img.src=[xy]/, page)
  }
})
