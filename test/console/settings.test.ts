import t from 'tap'
import { createProject } from '../../src/projects/create-project.ts'
import { startApp } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const path = '/console/projects/acme/settings'
const versionIn = (page: string) => /name="version" value="(\d+)"/.exec(page)![1]!

async function start(t: Parameters<typeof startApp>[0]) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const admin = await administrator(gatepass)
  const version = async () => versionIn((await admin.get(path)).body)
  return { gatepass, acme, admin, version }
}

t.test('works: a new slug moves the pages and nothing else', async t => {
  const { gatepass, acme, admin, version } = await start(t)
  const moved = await admin.save(`${path}/project`, {
    version: await version(),
    name: ' Acme Hilfe ',
    slug: 'hilfe',
  })
  t.match(moved.body, /Saved: name and slug/)
  t.match(moved.body, /action="\/console\/projects\/hilfe\/settings\/project"/)
  t.match(moved.body, /value="Acme Hilfe"/)
  t.equal((await admin.get(path)).statusCode, 404)
  t.equal((await gatepass.push(acme)).statusCode, 200, 'the login endpoint notices nothing')
})

t.test('works: logo and colour, the colour typed or picked', async t => {
  const { gatepass, admin, version } = await start(t)
  const save = async (fields: Record<string, string>) => {
    const logoUrl = 'https://cdn.example/logo.svg'
    await admin.save(`${path}/branding`, { version: await version(), logoUrl, ...fields })
    const row = await gatepass.database.read.selectFrom('projects').selectAll().executeTakeFirstOrThrow()
    return row.accent_color
  }
  const before = { accentColorBefore: '', accentPickedBefore: '#0b6355' }
  t.equal(await save({ ...before, accentColor: '#B3261E', accentPicked: '#0b6355' }), '#b3261e', 'typed')
  t.match((await admin.get(path)).body, /<img src="https:\/\/cdn\.example\/logo\.svg"/)
  t.match((await admin.get(path)).body, /fill="#b3261e"/)
  t.match((await admin.get(path)).body, /type="color" name="accentPicked" value="#b3261e"/)
  const stored = { accentColorBefore: '#b3261e', accentPickedBefore: '#b3261e' }
  t.equal(await save({ ...stored, accentColor: '#b3261e', accentPicked: '#112233' }), '#112233', 'picked')
  t.equal(await save({ ...stored, accentColor: '#445566', accentPicked: '#112233' }), '#445566', 'typed wins')
  t.equal(await save({ ...stored, accentColor: '', accentPicked: '#b3261e' }), null, 'taken away')
})

t.test('works: a project is deleted, and with it everything that signs in', async t => {
  const { gatepass, acme, admin, version } = await start(t)
  const cookie = await gatepass.signIn(acme)
  const home = await admin.save(`${path}/delete`, { confirm: 'acme', version: await version() })
  t.match(home.body, /The project is deleted/)
  t.equal((await admin.get(path)).statusCode, 404)
  t.equal((await gatepass.push(acme)).statusCode, 401)
  t.not((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
})

t.test('refuses: every wrong field at its field, with what was typed', async t => {
  const { gatepass, admin, version } = await start(t)
  await gatepass.project({ slug: 'other' })
  const named = await admin.post(`${path}/project`, { version: await version(), name: '\u0007', slug: 'A B' })
  t.equal(named.statusCode, 400)
  t.match(named.body, /field-name-problem">Must be 1 to 100 characters/)
  t.match(named.body, /field-slug-problem">Must be 1 to 63 lower-case/)
  t.match(named.body, /value="A B"/)
  const taken = await admin.post(`${path}/project`, { version: await version(), name: 'x', slug: 'other' })
  t.equal(taken.statusCode, 409)
  t.match(taken.body, /field-slug-problem">Is that of another project/)

  const branded = await admin.post(`${path}/branding`, {
    version: await version(),
    logoUrl: 'http://cdn.example/logo.svg',
    accentColor: 'red; background: url(//evil)',
  })
  t.equal(branded.statusCode, 400)
  t.match(branded.body, /field-logoUrl-problem">Must be an https URL/)
  t.match(branded.body, /field-accentColor-problem">Must be a colour such as/)
  t.match(branded.body, /value="red; background: url\(\/\/evil\)"/)
  t.notMatch(branded.body, /fill="red/)

  const kept = await admin.post(`${path}/delete`, { confirm: 'ACME' })
  t.equal(kept.statusCode, 400)
  t.match(kept.body, /field-confirm-problem">Must be the slug of the project: acme/)
})

t.test('refuses: the later of two administrators', async t => {
  const { gatepass, admin, version } = await start(t)
  const other = await administrator(gatepass, { email: 'other@example.com' })
  const opened = await version()
  await other.save(`${path}/project`, { version: opened, name: 'Theirs', slug: 'acme' })
  const late = await admin.post(`${path}/project`, { version: opened, name: 'Mine', slug: 'acme' })
  t.equal(late.statusCode, 412)
  t.match(late.body, /Stored now: <code>Theirs</)
  t.match(late.body, /value="Mine"/)
  const branding = { version: opened, logoUrl: '', accentColor: '#112233' }
  t.equal((await admin.post(`${path}/branding`, branding)).statusCode, 412)
  t.equal((await admin.post(`${path}/delete`, { version: opened, confirm: 'acme' })).statusCode, 412)
  t.equal((await admin.get(path)).statusCode, 200, 'nor is deleted what somebody has just changed')
})

t.test('resists: a slug or site that is taken does not say by whom', async t => {
  const { gatepass, acme } = await start(t)
  await gatepass.project({ slug: 'hidden', siteUrl: 'https://secret-help.test' })
  const mine = await administrator(gatepass, { role: 'project_administrator', projects: [acme.id] })
  const at = async (page: string) => versionIn((await mine.get(page)).body)
  const sites = '/console/projects/acme/sites'
  const moved = { siteUrl: 'http://secret-help.test', pathRules: '', allowedRedirects: '' }
  const answer = await mine.post(`${sites}/site`, { ...moved, version: await at(sites) })
  t.equal(answer.statusCode, 409)
  t.notMatch(answer.body, /Project hidden|projects\/hidden|https:\/\/secret-help/)
  const input = { slug: 'new', name: 'x', siteUrl: 'http://secret-help.test', loginUrl: 'http://l.test/' }
  await t.rejects(createProject(gatepass.rules, gatepass.actor, input), {
    message: 'The site secret-help.test is taken.',
  })
  await t.rejects(createProject(gatepass.rules, gatepass.actor, { ...input, slug: 'hidden' }), {
    message: 'The slug hidden is taken.',
  })
})

t.test('resists: without the right, and for a foreign project', async t => {
  const { gatepass } = await start(t)
  const other = await gatepass.project({ slug: 'other' })
  const reader = await administrator(gatepass, { role: 'read_only' })
  const foreign = await administrator(gatepass, { role: 'project_administrator', projects: [other.id] })
  const looked = await reader.get(path)
  t.equal(looked.statusCode, 200)
  t.notMatch(looked.body, /action="\/console\/projects/)
  t.equal((await foreign.get(path)).statusCode, 404)
  for (const form of ['project', 'branding', 'delete']) {
    const fields = { version: '1', name: 'x', slug: 'x', logoUrl: '', confirm: 'acme' }
    t.equal((await reader.post(`${path}/${form}`, fields)).statusCode, 403, form)
    t.equal((await foreign.post(`${path}/${form}`, fields)).statusCode, 404, form)
  }
})
