// A project's first page: its sign-ins counted, what needs attention, and the newest failures.
import t from 'tap'
import { recordStep } from '../../src/audit/attempts.ts'
import { newTraceId } from '../../src/platform/trace-id.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { startApp, type TestApp } from '../start-app.ts'
import { textOf } from './page-text.ts'
import { administrator } from './sign-in.ts'

const PATH = '/console/projects/acme'

async function fail(gatepass: TestApp, projectId: string, reason: string) {
  const at = gatepass.clock.now()
  const about = {
    step: 'code',
    outcome: 'failed',
    reader: 'ada@example.com',
    address: null,
    detail: {},
  } as const
  await gatepass.database.write(tx =>
    recordStep(tx, { traceId: newTraceId(at), projectId, at, reason, ...about }),
  )
  gatepass.clock.seconds(1)
}

t.test('works: a project at which nothing has happened is all well', async t => {
  const gatepass = await startApp(t)
  await gatepass.project({ name: 'Acme Help' })
  const owner = await administrator(gatepass)
  const text = textOf((await owner.get(PATH)).body)
  t.match(text, /All well Nothing needs you here/)
  t.match(text, /Nobody signed in in the last 24 hours/)
  t.match(text, /Readers sign in by\s?JWT: a login endpoint of your own/)
  t.notMatch(text, /Newest failed/)
})

t.test('works: what is the matter with the installation stands above the projects', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  t.notMatch((await (await administrator(gatepass)).get('/console')).body, /What needs attention/)
  gatepass.clock.advance(91 * 86_400_000)
  const owner = await administrator(gatepass, { email: 'later@example.com' })
  const { body } = await owner.get('/console')
  t.match(textOf(body), /What needs attention.*signing key/s)
  t.match(body, 'href="/console/keys"')
  const ofAcme = { role: 'project_administrator', projects: [acme.id], email: 'ofacme@example.com' } as const
  t.notMatch((await (await administrator(gatepass, ofAcme)).get('/console')).body, /What needs attention/)
})

t.test('works: at a glance, what is to be set up goes with the standard', async t => {
  const gatepass = await startApp(t)
  await gatepass.project()
  const owner = await administrator(gatepass)
  t.match(textOf((await owner.get(PATH)).body), /Client ID.*Set up\s?JWT SSO, code snippets/s)
  await updateProject(gatepass.rules, gatepass.actor, 'acme', { standard: 'saml' })
  const text = textOf((await owner.get(PATH)).body)
  t.match(text, /Set up\s?identity providers, sites and clients/)
  t.notMatch(text, /Client ID/)
})

t.test('works: sign-ins by hour and by day, in a picture, in words and as a table', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  await gatepass.signIn(acme)
  gatepass.clock.minutes(120)
  for (let each = 0; each < 7; each++) await fail(gatepass, acme.id, 'groups_unknown')
  await gatepass.signIn(acme)
  const owner = await administrator(gatepass)
  const { body } = await owner.get(PATH)
  const text = textOf(body)
  t.match(text, /2 passed and 7 failed in the last 24 hours: 78 % of all\./)
  t.equal(body.match(/<g><title>/g)?.length, 24)
  t.match(body, /<title>11-22 11:00: 1 passed, 7 failed<\/title>.*class="passed".*class="failed"/s)
  t.match(
    body,
    /aria-label="Sign-ins by hour: 2 passed and 7 failed. Most failed in the hour of 11-22 11:00: 7\."/,
  )
  t.match(text, /11-22 09:00\s?1\s?0/)
  t.equal(body.match(/<tr><th scope="row"><a href="\/console\/sign-ins\//g)?.length, 5, 'the newest failures')
  t.match(text, /A reader group that was sent does not exist in this project/)
  const days = (await owner.get(`${PATH}?by=day`)).body
  t.equal(days.match(/<g><title>/g)?.length, 30)
  t.match(days, /<title>2025-11-22: 2 passed, 7 failed<\/title>/)
})

t.test('works: what needs attention, with what to do and where; and on the list of projects', async t => {
  const gatepass = await startApp(t)
  const acme = await gatepass.project({ name: 'Acme' })
  await updateProject(gatepass.rules, gatepass.actor, 'acme', { jwtEnabled: false })
  for (let each = 0; each < 6; each++) await fail(gatepass, acme.id, 'secret_wrong')
  const owner = await administrator(gatepass)
  const { body } = await owner.get(PATH)
  const [urgent, soon] = [...body.matchAll(/<li class="flash[^>]*>(.*?)<\/li>/gs)].map(match => match[1]!)
  t.match(textOf(urgent!), /Urgent All 6 requests for a code in the last hour were refused/)
  t.match(urgent, /href="\/console\/projects\/acme\/sign-ins\?outcome&#61;failed">Failed sign-ins/)
  t.match(urgent, /href="\/console\/sign-ins\/[0-9a-f]{32}">A sign-in that shows it/)
  t.match(textOf(soon!), /Soon Sign-in is switched off/)
  t.match((await owner.get('/console')).body, /2 things need attention/)
})

t.test('resists: counts, failures and attention of other projects stay theirs', async t => {
  const gatepass = await startApp(t)
  const mine = await gatepass.project()
  const other = await gatepass.project({ slug: 'other', name: 'Merger', jwtEnabled: false })
  for (let each = 0; each < 9; each++) await fail(gatepass, other.id, 'secret_wrong')
  await fail(gatepass, mine.id, 'groups_unknown')
  for (const role of ['project_administrator', 'read_only'] as const) {
    const admin = await administrator(gatepass, { role, projects: [mine.id] })
    const text = textOf((await admin.get(PATH)).body)
    t.match(text, /0 passed and 1 failed/)
    t.notMatch(text, /Merger|client secret is not one/)
    t.equal((await admin.get('/console/projects/other')).statusCode, 404)
    t.notMatch((await admin.get('/console')).body, /attention|Merger/)
    const test = (await admin.get(PATH)).body.includes('href="/console/projects/acme/test"')
    t.equal(test, role !== 'read_only', 'who may not test is not led there')
  }
})
