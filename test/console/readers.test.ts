import t from 'tap'
import { findAuditEntries } from '../../src/audit/find-audit-entries.ts'
import { createSiteClient } from '../../src/projects/site-clients.ts'
import { findReaderByExternalId, insertReader } from '../../src/readers/reader-store.ts'
import { listSessions } from '../../src/sessions/list-sessions.ts'
import { sidOf } from '../../src/sessions/session.ts'
import { startApp, type TestApp, type TestProject } from '../start-app.ts'
import { administrator } from './sign-in.ts'

const path = '/console/projects/acme/readers'
const hostile = '"><img src=x onerror=alert(1)> \u05d0\u05d1'

async function start(t: Parameters<typeof startApp>[0]) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const admin = await administrator(gatepass)
  return { gatepass, acme, admin }
}

async function readerOf({ database }: TestApp, project: TestProject, externalId: string) {
  return (await findReaderByExternalId(database.read, project.id, externalId))!
}

const sidsOf = async ({ database, clock }: TestApp, project: TestProject) =>
  (
    await listSessions(database.read, { projectId: project.id, all: false, now: clock.now(), limit: 100 })
  ).map(({ key }) => sidOf(key))

/** Names of the readers that a page lists. */
const listed = (page: string) =>
  [...page.matchAll(/readers\/[0-9a-f-]{36}"><bdi>(.*?)<\/bdi>/g)].map(([, name]) => name)

/** Where the page says to go on. */
function nextOf(page: string): string | undefined {
  const href = /href="([^"]*after(?:=|&#61;)[^"]*)"/.exec(page)?.[1]
  return href?.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)).replaceAll('&amp;', '&')
}

t.test(
  'works: readers are found by external ID, e-mail address and names, and by whether they are blocked',
  async t => {
    const { gatepass, acme, admin } = await start(t)
    t.match((await admin.get(path)).body, /Nobody yet/)
    await gatepass.signIn(acme)
    await gatepass.signIn(acme, {
      firstName: 'Grace',
      lastName: 'Hopper',
      emailId: 'grace@example.com',
      externalId: 'u-77',
    })
    for (const [search, found] of [
      ['', ['Ada Lovelace', 'Grace Hopper']],
      ['ada@', ['Ada Lovelace']],
      ['hopp', ['Grace Hopper']],
      ['grace h', ['Grace Hopper']],
      ['GRACE@EX', ['Grace Hopper']],
      ['u-7', ['Grace Hopper']],
      ['%', []],
      ['nobody', []],
    ] as const) {
      const { body, statusCode } = await admin.get(`${path}?search=${encodeURIComponent(search)}`)
      t.equal(statusCode, 200)
      t.same(listed(body), found, search)
      if (found.length === 0) t.match(body, /Nobody fits/)
    }
    const { id } = await readerOf(gatepass, acme, 'u-77')
    await admin.save(`${path}/${id}/block`)
    t.same(listed((await admin.get(`${path}?blocked=yes`)).body), ['Grace Hopper'])
    t.match((await admin.get(path)).body, /Grace Hopper<\/bdi><\/a> <span class="badge badge-bad">blocked/)
    t.same(listed((await admin.get(`${path}?search=&blocked=no`)).body), ['Ada Lovelace'])
  },
)

t.test('works: pages follow one another and leave nobody out, and a search that stopped says so', async t => {
  const { gatepass, acme, admin } = await start(t)
  const now = gatepass.clock.now()
  const names = Array.from({ length: 120 }, (_, index) => `r${String(index).padStart(3, '0')}`)
  const profile = (name: string) => ({
    externalId: name,
    username: name,
    firstName: name,
    lastName: '',
    email: `${name}@x.test`,
    groupIds: [],
  })
  await gatepass.database.write(async tx => {
    for (const name of names) await insertReader(tx, acme.id, profile(name), now)
  })
  const seen: (string | undefined)[] = []
  for (let at: string | undefined = `${path}?search=r`; at; ) {
    const { body } = await admin.get(at)
    seen.push(...listed(body))
    t.notMatch(body, /found so far/)
    at = nextOf(body)
  }
  t.same(seen, names)

  // Where the index has found somebody, five chunks of other names are looked through at once.
  await gatepass.database.write(async tx => {
    const old = (index: number) => `0${String(index).padStart(7, '0')}-0000-7000-8000-000000000000`
    await insertReader(tx, acme.id, { ...profile('zed'), firstName: 'Quinn' }, 1)
    for (let index = 0; index < 15_001; index += 500) {
      const rows = Array.from({ length: 500 }, (_, step) => ({
        ...{ id: old(index + step + 1), project_id: acme.id, external_id: `x${index + step}` },
        ...{ username: 'x', first_name: 'x', last_name: '', email: 'x', group_ids: '[]' },
        ...{ blocked_at: null, sessions_ended_at: null, created_at: now, updated_at: now },
      }))
      await tx.insertInto('readers').values(rows).execute()
    }
    await insertReader(tx, acme.id, profile('quinn@example.com'), now)
  })
  const first = await admin.get(`${path}?search=quinn`)
  t.same(listed(first.body), ['quinn@example.com'])
  t.match(first.body, /1 reader found so far\. There are too many readers/)
  t.match(first.body, />Search on</)
  const second = await admin.get(nextOf(first.body)!)
  t.same(listed(second.body), ['Quinn'])
  t.notMatch(second.body, /found so far/)
  t.match(second.body, />From the beginning</)
})

t.test('works: a reader with groups, sessions and sign-ins', async t => {
  const { gatepass, acme, admin } = await start(t)
  await gatepass.group(acme, 'staff', 'The staff')
  await gatepass.group(acme, 'press')
  await gatepass.signIn(acme, { readerGroupIds: ['staff'] })
  await createSiteClient(gatepass.rules, gatepass.actor, 'acme', { name: 'Wiki' })
  t.equal(
    (await gatepass.swap(acme, await gatepass.code(acme, { readerGroupIds: ['staff'] }))).statusCode,
    200,
  )
  const refused = await gatepass.push(acme, { readerGroupIds: ['unknown'] })
  const { id } = await readerOf(gatepass, acme, 'ada@example.com')
  const { body } = await admin.get(`${path}/${id}`)
  t.match(body, /<h1>Ada Lovelace<\/h1>/)
  t.match(body, /<bdi>The staff<\/bdi> <code>staff<\/code>/)
  t.notMatch(body, /press/)
  t.match(body, /Each sign-in replaces them/)
  t.equal(body.match(/name="session" value=/g)!.length, 2)
  t.match(body, /<bdi>the knowledge base<\/bdi>/)
  t.match(body, /127\.0\.0\.1/)
  t.match(body, `/console/sign-ins/${refused.headers['x-trace-id']}`)
  t.match(body, /badge-bad">Failed<\/span> A reader group that was sent/)
  t.match(body, /badge-good">Passed/)
  t.match(body, /sign-ins\?reader&#61;ada%40example\.com/)
  const byExternalId = await admin.get(`${path}/${encodeURIComponent('ada@example.com')}`)
  t.match(byExternalId.body, /<h1>Ada Lovelace<\/h1>/)

  await gatepass.database.write(async tx => void (await tx.deleteFrom('attempt_steps').execute()))
  const later = await admin.get(`${path}/${id}`)
  t.equal(later.statusCode, 200, 'the steps are purged')
  t.match(later.body, /None is known any more/)
  t.match(later.body, /data-label="From"><span class="mono">unknown/)
})

t.test('works: one session is ended, or all, and each end is in the audit log', async t => {
  const { gatepass, acme, admin } = await start(t)
  const cookies = [await gatepass.signIn(acme), await gatepass.signIn(acme), await gatepass.signIn(acme)]
  const goesOn = async () =>
    await Promise.all(
      cookies.map(
        async cookie => (await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode,
      ),
    )
  t.same(await goesOn(), [200, 200, 200])
  const { id } = await readerOf(gatepass, acme, 'ada@example.com')
  const [session] = await sidsOf(gatepass, acme)
  t.match(
    (await admin.save(`${path}/${id}/sessions/end-one`, { session: session! })).body,
    /The session has ended/,
  )
  t.equal((await goesOn()).filter(status => status === 200).length, 2)
  const again = await admin.post(`${path}/${id}/sessions/end-one`, { session: session! })
  t.equal(again.statusCode, 404)
  t.match(again.body, /has no open session/, 'said on the page of the reader')
  t.match(again.body, /<h1>Ada Lovelace<\/h1>/)

  gatepass.clock.advance(1)
  t.match((await admin.save(`${path}/${id}/sessions/end`)).body, /All sessions of the reader have ended/)
  t.same(await goesOn(), [401, 401, 401])
  t.ok(await gatepass.signIn(acme), 'they may come again')
  const { entries } = await findAuditEntries(gatepass.database.read, { projects: 'all', actor: 'admin:' })
  t.same(
    entries.map(({ action }) => action),
    ['reader.end-sessions', 'session.end'],
  )
})

t.test('works: a blocked reader is out at once and stays out until somebody unblocks them', async t => {
  const { gatepass, acme, admin } = await start(t)
  const cookie = await gatepass.signIn(acme)
  const { id } = await readerOf(gatepass, acme, 'ada@example.com')
  const before = (await admin.get(`${path}/${id}`)).body
  t.match(before, /All their sessions end at once/)
  t.match(before, /Every further sign-in is refused/)
  t.match((await admin.save(`${path}/${id}/block`)).body, /Blocked since 2025-/)
  t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 401)
  t.equal((await gatepass.push(acme)).statusCode, 403)
  t.match((await admin.save(`${path}/${id}/unblock`)).body, /The reader can sign in again/)
  t.equal(
    (await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode,
    401,
    'what ended stays ended',
  )
  gatepass.clock.advance(1)
  t.ok(await gatepass.signIn(acme))
  const { entries } = await findAuditEntries(gatepass.database.read, { projects: 'all', actor: 'admin:' })
  t.same(
    entries.map(({ action }) => action),
    ['reader.unblock', 'reader.block'],
  )
})

t.test('refuses: searches that are none, and readers that are not there', async t => {
  const { gatepass, acme, admin } = await start(t)
  await gatepass.signIn(acme)
  const long = await admin.get(`${path}?search=${'x'.repeat(321)}`)
  t.equal(long.statusCode, 400)
  t.match(long.body, /field-search-problem">Must be at most 320 characters/)
  t.same(listed(long.body), [])
  t.equal((await admin.get(`${path}?blocked=perhaps`)).statusCode, 400)
  t.equal((await admin.get(`${path}?after=nonsense`)).statusCode, 400)
  t.same(listed((await admin.get(`${path}?search=a&search=b`)).body), ['Ada Lovelace'], 'twice is not at all')
  for (const who of ['nobody@example.com', '018f3a2e-0000-7000-8000-000000000000', '%00', "'--"]) {
    const at = `${path}/${encodeURIComponent(who)}`
    t.equal((await admin.get(at)).statusCode, 404, who)
    for (const form of ['block', 'unblock', 'sessions/end', 'sessions/end-one'])
      t.equal((await admin.post(`${at}/${form}`)).statusCode, 404, form)
  }
})

t.test('resists: names that are markup, and external IDs that are paths', async t => {
  const { gatepass, acme, admin } = await start(t)
  await gatepass.signIn(acme, { username: hostile, firstName: hostile, lastName: hostile, emailId: hostile })
  await gatepass.signIn(acme, { emailId: '../../keys?x=#', firstName: '', lastName: '' })
  const { body } = await admin.get(path)
  t.notMatch(body, /<img/)
  const links = [...body.matchAll(/href="(\/console\/projects\/acme\/readers\/[^"]+)"/g)].map(
    ([, href]) => href!,
  )
  t.equal(links.length, 2)
  for (const link of links) {
    const page = await admin.get(link)
    t.equal(page.statusCode, 200)
    t.notMatch(page.body, /<img/)
  }
  t.notMatch(
    (await admin.get(`${path}?search=${encodeURIComponent(hostile)}&blocked=${encodeURIComponent(hostile)}`))
      .body,
    /<img/,
  )
})

t.test('resists: without the right, and what is another project’s', async t => {
  const { gatepass, acme, admin } = await start(t)
  const other = await gatepass.project({ slug: 'other' })
  await gatepass.signIn(acme)
  await gatepass.signIn(other)
  const mine = await readerOf(gatepass, acme, 'ada@example.com')
  const theirs = await readerOf(gatepass, other, 'ada@example.com')
  const [theirSession] = await sidsOf(gatepass, other)
  const reader = await administrator(gatepass, { role: 'read_only' })
  const foreign = await administrator(gatepass, { role: 'project_administrator', projects: [other.id] })
  const looked = await reader.get(`${path}/${mine.id}`)
  t.equal(looked.statusCode, 200)
  t.notMatch(looked.body, /action="\/console\/projects/, 'no form')
  t.equal((await foreign.get(path)).statusCode, 404)
  t.equal((await foreign.get(`${path}/${mine.id}`)).statusCode, 404)
  t.equal((await admin.get(`${path}/${theirs.id}`)).statusCode, 404, 'their reader under my project')
  const before = await gatepass.count('audit_events')
  const form = { session: theirSession! }
  for (const what of ['block', 'unblock', 'sessions/end', 'sessions/end-one']) {
    t.equal((await reader.post(`${path}/${mine.id}/${what}`, form)).statusCode, 403, what)
    t.equal((await foreign.post(`${path}/${mine.id}/${what}`, form)).statusCode, 404, what)
    t.equal((await admin.post(`${path}/${theirs.id}/${what}`, form)).statusCode, 404, what)
  }
  t.equal((await admin.post(`${path}/${mine.id}/sessions/end-one`, form)).statusCode, 404, 'their session')
  t.equal(await gatepass.count('audit_events'), before)
  t.same(await sidsOf(gatepass, other), [theirSession], 'their session goes on')
})
