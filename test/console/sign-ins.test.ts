// The search for sign-ins and the page of one: what is found, what is said where nothing is, and who sees what.
import t from 'tap'
import { type AttemptStep, recordStep } from '../../src/audit/attempts.ts'
import { newTraceId } from '../../src/platform/trace-id.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { startApp, type TestApp } from '../start-app.ts'
import { textOf } from './page-text.ts'
import { administrator } from './sign-in.ts'

const PATH = '/console/sign-ins'
const rows = (body: string) =>
  [...body.matchAll(/<tr><th scope="row">(.*?)<\/tr>/gs)].map(match => textOf(match[1]!))
const traces = (body: string) => [...body.matchAll(/sign-ins\/([0-9a-f]{32})"/g)].map(match => match[1]!)
const verdictOf = (body: string) => textOf(/<p class="verdict-line">(.*?)<\/p>/s.exec(body)![1]!).trim()
const linkOf = (body: string, label: string) =>
  textOf(new RegExp(`href="([^"]*)"[^>]*>${label}<`).exec(body)![1]!)

/** Writes the steps of one sign-in, ten seconds apart. @returns its trace ID. */
async function tell(gatepass: TestApp, projectId: string | null, ...steps: Partial<AttemptStep>[]) {
  const traceId = newTraceId(gatepass.clock.now())
  for (const step of steps) {
    const usual = {
      step: 'code',
      outcome: step.reason ? 'failed' : 'passed',
      reason: null,
      reader: null,
    } as const
    const about = { traceId, projectId, at: gatepass.clock.now(), address: '203.0.113.7', detail: {} }
    await gatepass.database.write(tx => recordStep(tx, { ...usual, ...about, ...step }))
    gatepass.clock.seconds(10)
  }
  return traceId
}

t.test('works: the newest first, with reader, outcome, why and from where; page by page', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project({ name: 'Acme Help' })
  const owner = await administrator(gatepass)
  t.match((await owner.get(PATH)).body, /Nobody has signed in yet/)
  await gatepass.signIn(acme)
  gatepass.clock.minutes(1)
  await gatepass.push(acme, { readerGroupIds: ['ghosts'] })
  gatepass.clock.minutes(1)
  await tell(gatepass, acme.id, { step: 'redirect' })

  const { body } = await owner.get(PATH)
  const [open, failed, passed] = rows(body)
  t.match(open, /2025-11-22 09:02 UTC.*not known.*Open.*did not come back.*203\.0\.113\.7.*Acme Help/)
  t.match(failed, /ada@example\.com.*Failed.*A reader group that was sent does not exist/)
  t.match(passed, /ada@example\.com.*Passed/)
  t.notMatch(rows((await owner.get('/console/projects/acme/sign-ins')).body)[0], /Acme Help/)

  for (let each = 0; each < 60; each++)
    await tell(gatepass, acme.id, { reason: 'payload_invalid', reader: `r${each}@example.com` })
  const query = '?outcome=failed&reader=R'
  const first = await owner.get(PATH + query)
  t.equal(rows(first.body).length, 50)
  t.match(first.body, /value="failed" selected/, 'the form shows what was asked for')
  const second = await owner.get(linkOf(first.body, 'Older'))
  t.equal(rows(second.body).length, 10)
  t.notMatch(second.body, />Older</)
  t.equal(linkOf(second.body, 'Newest'), `${PATH}?reader=R&outcome=failed`)
})

t.test('works: by reader, address, outcome, reason, project and time', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const other = await gatepass.project({ slug: 'other' })
  const first = await tell(gatepass, acme.id, { reader: 'ada@example.com', reason: 'jwt_off' })
  gatepass.clock.minutes(10)
  const second = await tell(gatepass, other.id, { reader: 'ben%@example.com', address: '198.51.100.9' })
  const third = await tell(gatepass, acme.id, { step: 'swap', reader: 'Ada@example.com' })
  const owner = await administrator(gatepass)
  const found = async (query: string) => traces((await owner.get(PATH + query)).body)
  t.same(await found(''), [third, second, first])
  t.same(await found('?reader=ADA'), [third, first])
  t.same(await found('?reader=ben%25'), [second])
  t.same(await found('?reader=%25'), [], 'a percent sign is one')
  t.same(await found('?address=198.51.'), [second])
  t.same(await found('?outcome=failed'), [first])
  t.same(await found('?outcome=passed'), [third])
  t.same(await found('?outcome=open'), [second])
  t.same(await found('?reason=jwt_off'), [first])
  t.same(await found('?project=other'), [second])
  t.same(await found('?from=2025-11-22T09:05'), [third, second])
  t.same(await found('?to=2025-11-22T09:05&reader=ada'), [first])
  t.same(traces((await owner.get('/console/projects/other/sign-ins?project=acme')).body), [second])
  t.match((await owner.get(`${PATH}?reader=nobody`)).body, /Nothing fits\..*Show everything/s)
})

t.test('works: one sign-in, step by step, with the gaps between', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  await gatepass.signIn(acme)
  const detail = { clientId: acme.clientId, hint: 'x9Qk', retiredAt: gatepass.clock.now() - 3 * 3_600_000 }
  const reader = 'ada@example.com'
  const failure = { reason: 'secret_retired', reader, address: '198.51.100.9', detail }
  const traceId = await tell(gatepass, acme.id, { step: 'redirect', detail: { path: '/docs/x' } }, failure)
  gatepass.clock.minutes(2)
  const owner = await administrator(gatepass)
  const { body } = await owner.get(`${PATH}/${traceId}`)
  t.equal(
    verdictOf(body),
    'Failed Ada Lovelace could not sign in 2 min ago: the client secret was retired or revoked 3 h ago.',
  )
  const text = textOf(body)
  t.match(text, /Sent to the login page \(passed\) 2025-11-22 09:00:00 UTC/)
  t.match(text, /Login endpoint was refused \(failed\) 2025-11-22 09:00:10 UTC 10 s later/)
  t.match(text, /from 198\.51\.100\.9/)
  t.match(text, /Secret ends in: x9Qk/)
  t.match(text, /Retired at\s?2025-11-22 06:00:00 UTC/)
  t.match(body, /href="\/console\/projects\/acme\/jwt">Client ID and secrets/)
  t.match(body, /href="\/console\/projects\/acme\/readers\/[0-9a-f-]{36}"/)
  t.match(body, /href="\/console\/reasons#secret_retired"/)
})

t.test('works: the verdict on sign-ins of every sort', async t => {
  const gatepass = await startApp(t)
  const { id } = await gatepass.project()
  const owner = await administrator(gatepass)
  const reader = 'ada@example.com'
  const told = async (...steps: Partial<AttemptStep>[]) => {
    const traceId = await tell(gatepass, id, ...steps)
    gatepass.clock.minutes(15)
    return verdictOf((await owner.get(`${PATH}/${traceId}`)).body)
  }
  const redirect = { step: 'redirect' } as const
  const code = { step: 'code', reader } as const
  const swap = { step: 'swap', reader } as const
  t.equal(await told(redirect), 'Open Somebody was sent to the login page 15 min ago, and did not come back.')
  t.match(await told(redirect, code), /^Open The login endpoint got a code for ada@example\.com 15 min ago/)
  t.match(await told(code, { ...code, step: 'confirm' }), /was asked whether to continue/)
  t.match(await told({ step: 'authorize' }), /An application asked for a sign-in 15 min ago/)
  t.equal(await told(redirect, code, swap), 'Passed ada@example.com signed in 15 min ago.')
  const again = { ...swap, reason: 'code_used', detail: { sessionRevoked: true } }
  t.match(await told(code, swap, again), /^Failed ada@example\.com signed in, and was signed out again/)
  t.match(await told({ reason: 'jwt_off' }), /of a reader who is not known: JWT sign-in is switched off/)
  const undelivered = {
    step: 'logout',
    reader,
    reason: 'logout_not_delivered',
    detail: { told: 'Wiki' },
  } as const
  t.match(await told(code, swap, undelivered), /^Passed .* signed in .*; but a sign-out did not arrive/)
  const delivered = { step: 'logout', reader, detail: { told: 'Wiki' } } as const
  t.notMatch(await told(code, swap, undelivered, delivered), /did not arrive/, 'a later try arrived')
})

t.test('works: a blocked reader is one click away from their page', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  await gatepass.code(acme)
  const project = { id: acme.id, slug: acme.slug } as Parameters<typeof setReaderBlocked>[2]['project']
  const { id } = await setReaderBlocked(gatepass.rules, gatepass.actor, {
    project,
    reader: 'ada@example.com',
    blocked: true,
  })
  await gatepass.push(acme)
  const { traceId } = await gatepass.lastStep()
  const { body } = await (await administrator(gatepass)).get(`${PATH}/${traceId}`)
  t.match(body, `class="button" href="/console/projects/acme/readers/${id}"`)
})

t.test('works: a search that looked at enough says how far it came, and goes on', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const far = await tell(gatepass, acme.id, { reader: 'long-ago@example.com', reason: 'jwt_off' })
  gatepass.clock.minutes(60)
  const begin = gatepass.clock.now()
  await gatepass.database.write(async tx => {
    for (let from = 0; from < 26_000; from += 500) {
      const rows = Array.from({ length: 500 }, (_, each) => ({
        trace_id: newTraceId(begin + from + each),
        id: Buffer.from(`${from + each}`.padStart(12, '0')),
        project_id: acme.id,
        at: begin + from + each,
        step: 'code' as const,
        outcome: 'failed' as const,
        reason: 'payload_invalid',
        reader: null,
        address: null,
        detail: '{}',
      }))
      await tx.insertInto('attempt_steps').values(rows).execute()
    }
  })
  gatepass.clock.minutes(60)
  const owner = await administrator(gatepass)
  const { body } = await owner.get(`${PATH}?outcome=failed&reader=long-ago`)
  t.match(body, /Nothing so far/)
  t.match(textOf(body), /Searched back to 2025-11-22 \d\d:\d\d UTC, and there is more to look at/)
  const next = await owner.get(linkOf(body, 'Go on from there'))
  t.same(traces(next.body), [far])
})

t.test('refuses: what is no trace ID, no time, no choice, each at its field', async t => {
  const gatepass = await startApp(t)
  await gatepass.project()
  const owner = await administrator(gatepass)
  for (const path of [PATH, '/console/projects/acme/sign-ins']) {
    const wrong = await owner.get(`${path}?from=yesterday&to=2026-02-30&outcome=maybe&reason=toString`)
    t.equal(wrong.statusCode, 400)
    t.equal(wrong.body.match(/Must be a time such as/g)?.length, 2)
    t.equal(wrong.body.match(/Is none of these/g)?.length, 2)
    t.match(wrong.body, /<details open>/, 'the fields are to be seen')
    const turned = await owner.get(`${path}?from=2025-11-22&to=2025-11-21`)
    t.match(turned.body, /Must be later than the beginning/)
    const cut = await owner.get(`${path}?trace=01a20139d832e67edb1da98`)
    t.equal(cut.statusCode, 400)
    t.match(cut.body, /the longest here has 23; was it cut\?/)
    t.match(cut.body, /aria-invalid="true"/)
    t.match((await owner.get(`${path}?trace=ada`)).body, /look for a reader or an address below/)
    t.equal((await owner.get(`${path}?before=x`)).statusCode, 400)
    t.equal((await owner.get(`${path}?reader=${'x'.repeat(2_000)}`)).statusCode, 400)
    t.equal((await owner.get(`${path}?reader=a&reader=b&project[x]=1`)).statusCode, 200)
  }
  t.equal((await owner.get(`${PATH}?project=nothing`)).statusCode, 404)
})

t.test('refuses: a trace ID that leads nowhere, with what may be behind it', async t => {
  const gatepass = await startApp(t, { ATTEMPT_DAYS: '7' })
  const owner = await administrator(gatepass)
  const now = gatepass.clock.now()
  const said = async (trace: string) => {
    const answer = await owner.get(`${PATH}/${trace}`)
    t.equal(answer.statusCode, 404)
    return textOf(answer.body)
  }
  t.match(await said(newTraceId(now - 9 * 86_400_000)), /It is 9 days old, and steps are kept for 7 days/)
  const lately = await said(newTraceId(now - 60_000))
  t.match(lately, /this one would still be there/)
  t.match(lately, /Sign-ins five minutes before and after/)
  t.notMatch(lately, /you were not given/, 'an owner sees all')
  t.match(await said('f'.repeat(32)), /it was not made here, or a digit is missing or wrong/)
  t.match(await said('01a2'), /Was it cut\?/)
})

t.test('resists: who has one project sees nothing of another, not even that it is there', async t => {
  const gatepass = await startApp(t)
  const mine = await gatepass.project({ slug: 'mine', name: 'Mine' })
  const other = await gatepass.project({ slug: 'other', name: 'Merger' })
  const own = await tell(gatepass, mine.id, { reader: 'own@example.com', reason: 'jwt_off' })
  const foreign = await tell(gatepass, other.id, { reader: 'secret@example.com', reason: 'jwt_off' })
  const nobodys = await tell(gatepass, null, { reason: 'client_unknown' })
  const mixed = await tell(
    gatepass,
    mine.id,
    { reader: 'own@example.com' },
    { projectId: other.id, reader: 'secret@example.com' },
  )
  const absent = newTraceId(gatepass.clock.now())
  for (const role of ['project_administrator', 'read_only'] as const) {
    const admin = await administrator(gatepass, { role, projects: [mine.id] })
    for (const query of ['', '?outcome=failed', '?reason=jwt_off', '?reader=secret', '?address=203']) {
      const { body } = await admin.get(PATH + query)
      t.notMatch(
        body,
        new RegExp(`Merger|secret@|${foreign}|${nobodys}|${mixed}|${other.id}`),
        `${role} ${query}`,
      )
    }
    t.equal((await admin.get(`${PATH}/${own}`)).statusCode, 200)
    const without = (body: string, traceId: string) =>
      body.replaceAll(traceId, 'TRACE').replace(/ at \d{4}-.*?UTC|(from|to)=[^"&]*/g, '')
    const nothing = await admin.get(`${PATH}/${absent}`)
    t.match(nothing.body, /a project that you were not given/)
    for (const traceId of [foreign, nobodys, mixed]) {
      const answer = await admin.get(`${PATH}/${traceId}`)
      t.equal(answer.statusCode, 404)
      t.equal(without(answer.body, traceId), without(nothing.body, absent), 'looks as if it were not there')
    }
    t.equal((await admin.get(`${PATH}?trace=${foreign}`)).statusCode, 303, 'nor does the search tell')
    t.equal((await admin.get(`${PATH}?project=other`)).statusCode, 404)
    t.equal((await admin.get('/console/projects/other/sign-ins')).statusCode, 404)
  }
  const none = await administrator(gatepass, { role: 'read_only', projects: [], email: 'none@example.com' })
  t.same(traces((await none.get(PATH)).body), [])
})

t.test('resists: hostile names are text; what looks like SQL finds nothing', async t => {
  const gatepass = await startApp(t)
  const evil = '"><img src=x onerror=alert(1)> \u05d0\u05d1\u05d2'
  const acme = await gatepass.project({ name: evil })
  const detail = { [evil]: evil, told: evil, fields: [evil] }
  const traceId = await tell(
    gatepass,
    acme.id,
    { reader: evil, address: evil, reason: evil, detail },
    { step: 'logout', reader: evil, detail },
  )
  const owner = await administrator(gatepass, { name: evil })
  const hostile = encodeURIComponent(evil)
  for (const path of [
    PATH,
    `${PATH}/${traceId}`,
    `${PATH}/${hostile}`,
    '/console/projects/acme',
    '/console/projects/acme/sign-ins',
    `${PATH}?reader=${hostile}&address=${hostile}&trace=${hostile}&outcome=${hostile}&reason=${hostile}&from=${hostile}`,
  ]) {
    const answer = await owner.get(path)
    t.ok(answer.statusCode < 500, path)
    t.notMatch(answer.body, /<img src=x/, path)
  }
  for (const sql of ["' or 1=1 --", "x') union select 1 --", '\\', '_', '%', '\0'])
    for (const field of ['reader', 'address'])
      t.same(traces((await owner.get(`${PATH}?${field}=${encodeURIComponent(sql)}`)).body), [], sql)
})
