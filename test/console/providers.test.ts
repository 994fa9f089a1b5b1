// Identity providers in the console: each kind by its own fields, secrets write-only, and who may do what.
import t, { type Test } from 'tap'
import { startApp } from '../start-app.ts'
import { exchange, googleAda, startGoogle } from '../upstream/providers.ts'
import { keyOf } from '../upstream/saml/saml-idp.ts'
import { administrator } from './sign-in.ts'

const path = '/console/projects/acme/providers'
const google = { slug: 'google', name: 'Google', clientIds: 'a.example\r\nb.example\r\n' }
const versionIn = (page: string) => /name="version" value="(\d+)"/.exec(page)![1]!

async function start(t: Test) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const admin = await administrator(gatepass)
  const stored = async () => {
    const rows = await gatepass.database.read.selectFrom('identity_providers').selectAll().execute()
    return rows.map(row => ({ ...row, settings: JSON.parse(row.settings) }))
  }
  return { gatepass, acme, admin, stored }
}

t.test('works: every kind is added by its own fields, and listed', async t => {
  const { admin, stored } = await start(t)
  t.match((await admin.get(path)).body, /No identity provider/)
  const kinds: Record<string, Record<string, string>> = {
    google: { ...google, groupsClaim: 'hd', groupMap: 'example.com = staff\r\na=b = editors' },
    facebook: { slug: 'facebook', name: 'Facebook', appId: '1', secret: 'app secret', trustEmail: 'on' },
    github: { slug: 'github', name: 'GitHub', clientId: 'Iv1', secret: 'client secret' },
    oidc: { slug: 'work', name: 'Work', issuer: 'https://idp.example', clientIds: 'portal' },
    saml: {
      ...{ slug: 'saml', name: 'SAML', entityId: 'x', singleSignOnUrl: 'https://idp.example/sso' },
      certificates: keyOf('idp').certificate + keyOf('next').certificate,
    },
  }
  for (const [kind, fields] of Object.entries(kinds)) {
    t.equal((await admin.get(`${path}/new/${kind}`)).statusCode, 200)
    t.match((await admin.save(`${path}/new/${kind}`, fields)).body, /The identity provider is there/)
  }
  const { body } = await admin.get(path)
  for (const { name, slug } of Object.values(kinds))
    t.match(body, `<a href="${path}/${slug}"><bdi>${name}</bdi>`)
  const settings = Object.fromEntries((await stored()).map(row => [row.slug, row.settings]))
  t.same(settings.google, {
    clientIds: ['a.example', 'b.example'],
    groupsClaim: 'hd',
    groupMap: { 'example.com': 'staff', 'a=b': 'editors' },
  })
  t.same(settings.facebook, { appId: '1', trustEmail: true })
  t.equal(settings.saml.certificates.length, 2)
})

t.test(
  'works: changed, and the server goes by it; the secret is kept, replaced, taken away, never shown',
  async t => {
    const { gatepass, acme, admin, stored } = await start(t)
    const standIn = await startGoogle(t, gatepass, acme)
    const token = await standIn.sign(googleAda)
    t.equal((await exchange(gatepass, acme, token)).statusCode, 200)
    const page = (await admin.get(`${path}/google`)).body
    t.match(page, googleAda.aud)
    await admin.save(`${path}/google`, { version: versionIn(page), name: 'Google', clientIds: 'other' })
    t.equal((await exchange(gatepass, acme, token)).statusCode, 400)

    const github = { slug: 'github', name: 'GitHub', clientId: 'Iv1' }
    await admin.save(`${path}/new/github`, { ...github, secret: 'top secret' })
    const save = async (more: Record<string, string>) => {
      const { body } = await admin.get(`${path}/github`)
      const saved = await admin.save(`${path}/github`, { ...github, version: versionIn(body), ...more })
      t.notMatch(body + saved.body, 'top secret')
      return (await stored()).find(row => row.slug === 'github')!.wrapped_secret
    }
    const first = (await stored()).find(row => row.slug === 'github')!.wrapped_secret
    t.same(await save({ name: 'Git', secret: '' }), first)
    t.notSame(await save({ secret: 'another' }), first)
    t.equal(await save({ withoutSecret: 'on' }), null)
    t.notMatch(gatepass.log(), 'top secret')
  },
)

t.test('works: deleted, when its slug is typed', async t => {
  const { admin, stored } = await start(t)
  await admin.save(`${path}/new/google`, google)
  const version = versionIn((await admin.get(`${path}/google`)).body)
  t.equal((await admin.post(`${path}/google/delete`, { version, confirm: 'yes' })).statusCode, 400)
  t.match((await admin.save(`${path}/google/delete`, { version, confirm: 'google' })).body, /is deleted/)
  t.same(await stored(), [])
})

t.test('refuses: what is wrong stands at its field, what was typed is kept, but no secret', async t => {
  const { admin, stored } = await start(t)
  const wrong = { slug: 'A B', name: '', clientIds: '', jwksUri: 'javascript:x', secret: 'top secret' }
  const answer = await admin.post(`${path}/new/google`, wrong)
  t.equal(answer.statusCode, 400)
  for (const field of ['slug', 'name', 'jwksUri', 'clientIds'])
    t.match(answer.body, `id="field-${field}-problem"`)
  t.match(answer.body, 'value="A B"')
  t.notMatch(answer.body, 'top secret')
  const long = await admin.post(`${path}/new/google`, { ...google, clientIds: `ok\n${'x'.repeat(600)}` })
  t.match(long.body, 'id="field-clientIds-problem"', 'one entry of a list')

  await admin.save(`${path}/new/google`, google)
  t.equal((await admin.post(`${path}/new/google`, google)).statusCode, 409)
  const stale = versionIn((await admin.get(`${path}/google`)).body)
  await admin.save(`${path}/google`, { ...google, version: stale, clientIds: 'c' })
  const late = await admin.post(`${path}/google`, { ...google, version: stale, clientIds: 'd' })
  t.equal(late.statusCode, 412)
  t.match(late.body, /Stored now/)
  t.same((await stored())[0]!.settings.clientIds, ['c'])
  for (const gone of [`${path}/nobody`, `${path}/new/twitter`, `${path}/new/__proto__`])
    t.equal((await admin.get(gone)).statusCode, 404)
})

t.test('resists', async t => {
  const { gatepass, admin, stored } = await start(t)
  const hostile = '<img src=x onerror=alert(1)>'
  await admin.save(`${path}/new/google`, { ...google, name: hostile, groupMap: `${hostile} = staff` })
  for (const page of [path, `${path}/google`]) t.notMatch((await admin.get(page)).body, hostile)

  const reading = await administrator(gatepass, { role: 'read_only' })
  const other = await gatepass.project({ slug: 'other' })
  const elsewhere = await administrator(gatepass, { role: 'project_administrator', projects: [other.id] })
  t.equal((await reading.get(`${path}/google`)).statusCode, 200)
  t.notMatch((await reading.get(path)).body, '/new/')
  t.notMatch((await reading.get(`${path}/google`)).body, '<form method="post" action="/console/projects')
  t.equal((await reading.get(`${path}/new/google`)).statusCode, 403)
  const version = '1'
  for (const who of [reading, elsewhere]) {
    const expected = who === reading ? 403 : 404
    t.equal(
      (await who.post(`${path}/new/github`, { slug: 'x', name: 'x', clientId: 'x' })).statusCode,
      expected,
    )
    t.equal((await who.post(`${path}/google`, { ...google, version })).statusCode, expected)
    t.equal((await who.post(`${path}/google/delete`, { version, confirm: 'google' })).statusCode, expected)
  }
  t.match(await stored(), [{ slug: 'google', version: 1 }])
})
