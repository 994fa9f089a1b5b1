// The pages of administrators: inviting, changing, disabling; and that an owner is always left.
import t from 'tap'
import { findAdministrator, setTotpSecret } from '../../src/administrators/administrator-store.ts'
import { startApp, type TestApp } from '../start-app.ts'
import { administrator, type TestAdministrator } from './sign-in.ts'

const PATH = '/console/administrators'
const stored = ({ database }: TestApp, { id }: { id: string }) => findAdministrator(database.read, id)
const edit = (more: Record<string, string> = {}) => ({
  name: 'Mary Somerville',
  email: 'mary@example.com',
  role: 'owner',
  projects: 'all',
  version: '1',
  ...more,
})

async function invite(owner: TestAdministrator, fields: Record<string, string> = {}) {
  const form = { name: 'Mary', email: 'mary@example.com', role: 'owner', projects: 'all', ...fields }
  const answer = await owner.post(`${PATH}/new`, form)
  const at = String(answer.headers.location ?? '')
  return { answer, at, id: at.split('?')[0]!.split('/').at(-1)! }
}

t.test('works: an invitation is a link that is shown once, with what to tell', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  await gatepass.project({ slug: 'other', name: 'Other' })
  const owner = await administrator(gatepass)
  const { at, id } = await invite(owner, {
    role: 'project_administrator',
    projects: 'some',
    [`project_${acme.id}`]: 'on',
  })
  const page = await owner.get(at)
  t.match(page.body, /They are invited/)
  const link = /http:\/\/id\.test\/console\/welcome\?token&#61;[\w-]+/
    .exec(page.body)![0]
    .replace('&#61;', '=')
  t.match(page.body, /Send it to Mary yourself, where only they can read it/)
  t.match(page.body, /It works once, until 2025-11-25 09:00 UTC/)
  t.match(page.body, /badge-warn">invited</)
  t.notMatch((await owner.get(at)).body, /welcome\?token/, 'not a second time')
  t.match(await stored(gatepass, { id }), {
    role: 'project_administrator',
    projectIds: [acme.id],
    active: false,
  })
  t.equal((await gatepass.get(link)).statusCode, 200, 'it opens the welcome page')

  const list = (await owner.get(PATH)).body
  t.match(list, /mary@example\.com/)
  t.match(list, /Acme/)
  gatepass.clock.advance(73 * 3_600_000)
  const later = await administrator(gatepass, { email: 'later@example.com' })
  t.match((await later.get(PATH)).body, /link is over/)
  const again = await later.save(`${PATH}/${id}/link`)
  t.match(again.body, /console\/welcome\?token/)
  t.match(again.body, /Their link is good until/)
})

t.test('works: an owner changes, signs out, disables, enables and deletes another', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const owner = await administrator(gatepass)
  const mary = await administrator(gatepass, { email: 'mary@example.com', name: 'Mary' })
  const at = `${PATH}/${mary.id}`
  const changed = await owner.save(
    at,
    edit({ role: 'read_only', projects: 'some', [`project_${acme.id}`]: 'on' }),
  )
  t.match(changed.body, /Saved/)
  t.match(await stored(gatepass, mary), { role: 'read_only', projectIds: [acme.id], name: 'Mary Somerville' })
  t.equal((await mary.get('/console/new-project')).statusCode, 403, 'it counts from the next click')

  t.match((await owner.get(at)).body, /Sign out there/)
  await owner.save(`${at}/sessions/end`, { session: 'all' })
  t.equal((await mary.get('/console')).statusCode, 303, 'signed out')

  await gatepass.database.write(tx => setTotpSecret(tx, mary.id, Buffer.from('wrapped')))
  t.match((await owner.get(at)).body, /Second factor <span class="badge badge-good">on</)
  await owner.save(`${at}/second-factor`)
  t.equal((await stored(gatepass, mary))?.hasTotp, false)

  const off = await owner.save(`${at}/disabled`, { to: 'disabled', version: '2' })
  t.match(off.body, /They are disabled/)
  t.ok((await stored(gatepass, mary))?.disabledAt)
  const on = await owner.save(`${at}/disabled`, { to: 'enabled', version: '3' })
  t.match(on.body, /They can sign in again/)

  const gone = await owner.save(`${at}/delete`, { confirm: 'mary@example.com' })
  t.match(gone.body, /They are deleted/)
  t.equal(await stored(gatepass, mary), undefined)
  t.equal((await owner.get(at)).statusCode, 404)
})

t.test('refuses: what cannot be taken is shown at its field, with what was typed', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const owner = await administrator(gatepass)
  const before = await gatepass.count('administrators')
  const refused = await invite(owner, { name: ' ', email: 'nobody', role: 'king' })
  t.equal(refused.answer.statusCode, 400)
  t.match(refused.answer.body, /Must be an e-mail address/)
  t.match(refused.answer.body, /Must be 1 to 100 characters/)
  t.match(refused.answer.body, /Must be owner, project_administrator or read_only/)
  t.match(refused.answer.body, /value="nobody"/)
  for (const role of ['project_administrator', 'read_only']) {
    const none = await invite(owner, { role, projects: 'some' })
    t.equal(none.answer.statusCode, 400, `${role} of nothing`)
    t.match(none.answer.body, /Must name at least one project, or all/)
  }
  const taken = await invite(owner, { email: 'OWNER@example.com', [`project_${acme.id}`]: 'on' })
  t.equal(taken.answer.statusCode, 409)
  t.match(taken.answer.body, /Belongs to another administrator already/)
  t.match(taken.answer.body, new RegExp(`name="project_${acme.id}" value="on" checked`), 'ticks are kept')
  t.equal(await gatepass.count('administrators'), before)

  const mary = await administrator(gatepass, { email: 'mary@example.com' })
  const wrong = await owner.post(`${PATH}/${mary.id}/delete`, { confirm: 'mary' })
  t.equal(wrong.statusCode, 400)
  t.match(wrong.body, /Must be mary@example\.com, nothing else/)
})

t.test('resists: nobody locks themselves out, or gets around their own password', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const owner = await administrator(gatepass)
  await administrator(gatepass, { email: 'second@example.com' })
  const at = `${PATH}/${owner.id}`
  const self = { name: 'Grace', email: owner.email, projects: 'some', [`project_${acme.id}`]: 'on' }
  const attempts: [string, Record<string, string>][] = [
    ['/disabled', { to: 'disabled', version: '1' }],
    ['', { ...self, role: 'project_administrator', version: '1' }],
    ['', { ...self, role: 'read_only', version: '1' }],
    ['/delete', { confirm: owner.email }],
    ['/link', {}],
    ['/second-factor', {}],
    ['/sessions/end', { session: 'all' }],
  ]
  for (const [path, fields] of attempts) {
    const answer = await owner.post(at + path, fields)
    t.equal(answer.statusCode, 409, path)
    t.match(answer.body, /This is you/, path)
  }
  t.equal((await owner.get(at)).statusCode, 200, 'still signed in')
  t.notMatch((await owner.get(at)).body, /Take their access away/, 'and the page offers none of it')
  await owner.save(at, { ...self, role: 'owner', version: '1' })
  t.match(await stored(gatepass, owner), { name: 'Grace', role: 'owner' }, 'their own name they may change')
})

const isDone = ({ headers }: { headers: { location?: unknown } }) =>
  /[?&]done=/.test(String(headers.location))

t.test('resists: two owners who disable each other at one moment leave one', async t => {
  const gatepass = await startApp(t)
  const one = await administrator(gatepass, { email: 'one@example.com' })
  const two = await administrator(gatepass, { email: 'two@example.com' })
  const answers = await Promise.all([
    one.post(`${PATH}/${two.id}/disabled`, { to: 'disabled', version: '1' }),
    two.post(`${PATH}/${one.id}/disabled`, { to: 'disabled', version: '1' }),
  ])
  const [first, second] = answers.toSorted((a, b) => Number(isDone(b)) - Number(isDone(a)))
  t.ok(isDone(first!), 'one is heard')
  t.notOk(isDone(second!))
  // The other is told, or is signed out by the time that they are looked at.
  if (second!.statusCode === 409)
    t.match(second!.body, /Somebody must be left who is an owner and can sign in/)
  else t.match(second!.headers.location, /^\/console\/sign-in/)
  const states = await Promise.all([stored(gatepass, one), stored(gatepass, two)])
  t.equal(states.filter(state => state?.disabledAt === null).length, 1)
})

t.test('resists: the later of two editors is told', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  const mary = await administrator(gatepass, { email: 'mary@example.com', name: 'Mary' })
  const at = `${PATH}/${mary.id}`
  await owner.save(at, edit({ name: 'First' }))
  const late = await owner.post(at, edit({ name: 'Second' }))
  t.equal(late.statusCode, 412)
  t.match(late.body, /changed by somebody else/)
  t.match(late.body, /value="Second"/)
  t.match(late.body, /Stored now: <code>First</)
  const disabled = await owner.post(`${at}/disabled`, { to: 'disabled', version: '1' })
  t.equal(disabled.statusCode, 412, 'disabling too')
  t.equal((await owner.post(at, edit({ version: 'NaN' }))).statusCode, 400)
  t.match(await stored(gatepass, mary), { name: 'First', disabledAt: null })
})

t.test('resists: IDs of others, of nothing and of nowhere', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  const mary = await administrator(gatepass, { email: 'mary@example.com' })
  const ben = await administrator(gatepass, { email: 'ben@example.com' })
  for (const id of ['018f3a2e-0000-7000-8000-000000000000', '..%2f', "'--", '%00', 'x'.repeat(90)]) {
    t.equal((await owner.get(`${PATH}/${id}`)).statusCode, 404, id)
    t.equal((await owner.post(`${PATH}/${id}/link`)).statusCode, 404, id)
  }
  const { id } = await invite(owner, { email: 'x@example.com', role: 'read_only', project_foreign: 'on' })
  t.equal((await stored(gatepass, { id }))?.projectIds, null)
  const some = await invite(owner, { projects: 'some', role: 'read_only', project_foreign: 'on' })
  t.equal(some.answer.statusCode, 400, 'a project that there is not counts for nothing')

  const session = /name="session" value="([^"]+)"/.exec((await owner.get(`${PATH}/${ben.id}`)).body)![1]!
  await owner.save(`${PATH}/${mary.id}/sessions/end`, { session })
  t.equal((await ben.get('/console')).statusCode, 200, "one's session is not ended on another's page")
  await owner.save(`${PATH}/${mary.id}/sessions/end`, { session: '' })
  t.equal((await mary.get('/console')).statusCode, 200, 'nor all of them by a session that is none')
})

t.test('resists: hostile names are text', async t => {
  const gatepass = await startApp(t)
  const owner = await administrator(gatepass)
  const name = '"><img src=x onerror=alert(1)> \u05d0\u05d1\u05d2'
  const { at } = await invite(owner, { name })
  for (const body of [(await owner.get(at)).body, (await owner.get(PATH)).body]) {
    t.notMatch(body, /<img src=x/)
    t.match(body, /&#60;img src&#61;x onerror&#61;alert\(1\)&#62;/)
  }
})
