// Accounts on the console: for who has all readers; the members of a project for who has that project.
import t from 'tap'
import { startApp } from '../start-app.ts'
import { textOf } from './page-text.ts'
import { administrator } from './sign-in.ts'

const ada = { username: 'ada', email: 'ada@example.com', name: '<b>Ada</b>', type: 'user', scope: '' }

t.test('works: an account is made with a link, changed, disabled, enabled and deleted', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  const made = await owner.save('/console/accounts/new', ada)
  t.match(textOf(made.body), /account\/password\?token=[\w-]{43}/)
  t.notMatch(made.body, /<b>Ada/)
  const row = await gatepass.database.read.selectFrom('accounts').selectAll().executeTakeFirstOrThrow()
  const path = `/console/accounts/${row.id}`
  t.notMatch(textOf((await owner.get(path)).body), /token=/, 'once')
  const changed = await owner.save(path, { ...ada, type: 'developer', version: '1' })
  t.match(changed.body, /gpd_[\w-]{43}/)
  t.equal((await owner.post(path, { ...ada, version: '1' })).statusCode, 412)
  const { version } = await gatepass.database.read
    .selectFrom('accounts')
    .selectAll()
    .executeTakeFirstOrThrow()
  await owner.save(`${path}/disabled`, { to: 'disabled', version: String(version) })
  t.match((await owner.get('/console/accounts?search=ADA')).body, /disabled/)
  t.match((await owner.get('/console/accounts?search=x')).body, /Nobody fits/)
  t.equal((await owner.post(`${path}/delete`, { confirm: 'x' })).statusCode, 400)
  await owner.save(`${path}/delete`, { confirm: 'ada' })
  t.equal(await gatepass.count('accounts'), 0)
})

t.test('works: members are added by name, changed, and taken out', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project({ standard: 'accounts' })
  await gatepass.group(acme, 'staff')
  const owner = await administrator(gatepass)
  await owner.save('/console/accounts/new', ada)
  const own = await administrator(gatepass, { role: 'project_administrator', projects: [acme.id] })
  const path = '/console/projects/acme/members'
  await gatepass.group(acme, 'partners')
  t.match((await own.save(path, { account: 'ADA@example.com', 'group-staff': 'on' })).body, /staff/)
  t.equal((await own.post(path, { account: 'nobody' })).statusCode, 404)
  const ghosts = await own.post(path, { account: 'ada', 'group-ghosts': 'on' })
  t.equal(ghosts.statusCode, 400)
  t.match(ghosts.body, /not of this project: ghosts/)
  t.match(ghosts.body, /name="group-ghosts" value="on" checked/, 'it can be taken away')
  await own.save(`${path}/admission`, { accountAdmission: 'anyone', version: '1' })
  const [member] = await gatepass.database.read.selectFrom('account_members').selectAll().execute()
  const groups = await own.get(`${path}?account=${member!.account_id}`)
  t.match(groups.body, /Groups of <bdi>ada/)
  t.match(groups.body, /name="group-staff" value="on" checked/, 'what they are in is ticked')
  t.notMatch(groups.body, /name="group-partners" value="on" checked/)
  const changed = await own.save(path, { account: member!.account_id, 'group-partners': 'on' })
  t.match(changed.body, /<span class="wrapped">partners</)
  t.notMatch((await own.get(`${path}?account=nobody`)).body, /Groups of/)
  await own.save(`${path}/remove`, { account: member!.account_id })
  t.equal(await gatepass.count('account_members'), 0)
})

t.test('refuses: accounts to who has some projects, and changes to who only reads', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  await gatepass.project({ slug: 'other' })
  const own = await administrator(gatepass, { role: 'project_administrator', projects: [acme.id] })
  for (const path of ['/console/accounts', '/console/accounts/new', '/console/accounts/x']) {
    t.equal((await own.get(path)).statusCode, 403, path)
  }
  t.equal((await own.post('/console/accounts/new', ada)).statusCode, 403)
  t.equal((await own.get('/console/projects/other/members')).statusCode, 404)
  t.notMatch((await own.get('/console')).body, /href="\/console\/accounts"/)
  const reads = await administrator(gatepass, { role: 'read_only' })
  t.equal((await reads.get('/console/accounts')).statusCode, 200)
  t.equal((await reads.post('/console/accounts/new', ada)).statusCode, 403)
  t.equal((await reads.post('/console/projects/acme/members', { account: 'ada' })).statusCode, 403)
  t.equal(await gatepass.count('accounts'), 0)
})
