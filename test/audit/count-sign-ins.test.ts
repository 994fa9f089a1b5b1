import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import t from 'tap'
import { countSignIns } from '../../src/audit/count-sign-ins.ts'
import { rollUpSignIns, startRollUp } from '../../src/audit/roll-up-sign-ins.ts'
import type { Projects } from '../../src/audit/sign-in.ts'
import { openDatabase } from '../../src/db/database.ts'
import { purgeStep } from '../../src/purge.ts'
import { basic, startApp, type TestApp, type TestProject } from '../start-app.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

async function rollUp(gatepass: TestApp): Promise<number> {
  let hours = 0
  while (await rollUpSignIns(gatepass.database, gatepass.clock.now())) hours++
  return hours
}

const count = (gatepass: TestApp, span: number, projects: Projects = 'all') => {
  const now = gatepass.clock.now()
  return countSignIns(gatepass.database.read, { projects, from: now - span, to: now, now })
}

async function fail(gatepass: TestApp, project: TestProject): Promise<void> {
  await gatepass.push(project, { readerGroupIds: ['ghosts'] })
}

t.test('works', async t => {
  t.test('counts are the same before and after an hour is rolled up', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const beta = await gatepass.project({ slug: 'beta' })
    await gatepass.signIn(acme)
    await gatepass.signIn(acme)
    await fail(gatepass, acme)
    await gatepass.signIn(beta)
    await gatepass.get(`${acme.siteUrl}/`)
    gatepass.clock.advance(HOUR)
    await fail(gatepass, beta)
    gatepass.clock.advance(4 * HOUR)
    await gatepass.signIn(acme)

    const before = await count(gatepass, 6 * HOUR)
    t.match(before, { by: 'hour', total: { passed: 4, failed: 2 }, complete: true })
    t.same(
      before.columns.map(({ passed, failed }) => [passed, failed]),
      [
        ...[
          [0, 0],
          [3, 1],
          [0, 1],
          [0, 0],
          [0, 0],
          [0, 0],
          [1, 0],
        ],
      ],
    )
    t.same(before.byProject.get(acme.id), { passed: 3, failed: 1 })
    t.equal(await rollUp(gatepass), 2, 'hours in which nothing happened cost nothing')
    t.same(await count(gatepass, 6 * HOUR), before)
    t.match(await count(gatepass, 6 * HOUR, new Set([beta.id])), { total: { passed: 1, failed: 1 } })
    t.match(await count(gatepass, 6 * HOUR, new Set()), { total: { passed: 0, failed: 0 } })

    gatepass.clock.advance(5 * DAY)
    const days = await count(gatepass, 6 * DAY)
    t.match(days, { by: 'day', total: { passed: 4, failed: 2 } })
    t.equal(days.columns.length, 7)
    t.ok(days.columns.every(({ at }) => at % DAY === 0))
  })

  t.test('an hour is counted when it has been over for two, and not before', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.signIn(acme)
    gatepass.clock.advance(3 * HOUR - 1)
    t.equal(await rollUp(gatepass), 0)
    gatepass.clock.advance(1)
    t.equal(await rollUp(gatepass), 1)
    t.equal(await gatepass.count('sign_in_counts'), 2, 'the project, and that the hour is done')
  })

  t.test('counts outlive the steps, for 400 days, and those of a deleted project go with it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.signIn(acme)
    gatepass.clock.advance(3 * HOUR)
    await rollUp(gatepass)
    await gatepass.signIn(acme)
    gatepass.clock.advance(40 * DAY)
    const purge = () => purgeStep(gatepass.database, gatepass.clock.now(), 30)
    await purge()
    t.equal(await gatepass.count('attempt_steps'), 2, 'what is not counted is not purged')
    await rollUp(gatepass)
    await purge()
    t.equal(await gatepass.count('attempt_steps'), 0)
    t.match(await count(gatepass, 60 * DAY), { total: { passed: 2 }, complete: true })

    gatepass.clock.advance(365 * DAY)
    await gatepass.signIn(acme)
    gatepass.clock.advance(3 * HOUR)
    await rollUp(gatepass)
    t.equal(await gatepass.count('sign_in_counts'), 2, 'those of the first day are gone')
    t.match(await count(gatepass, DAY), { total: { passed: 1 } })
  })

  t.test('the server counts by itself, and stops when it is told', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.signIn(acme)
    gatepass.clock.advance(4 * HOUR)
    const job = startRollUp(gatepass.database, gatepass.clock, pino({ level: 'silent' }))
    for (let tries = 0; (await gatepass.count('sign_in_counts')) === 0 && tries < 200; tries++)
      await pause(20)
    await job.stop()
    t.equal(await gatepass.count('sign_in_counts'), 2)
  })
})

t.test('resists', async t => {
  t.test('no step is purged before the first hour was counted', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.signIn(acme)
    gatepass.clock.advance(40 * DAY)
    await purgeStep(gatepass.database, gatepass.clock.now(), 30)
    t.equal(await gatepass.count('attempt_steps'), 2)
    await rollUp(gatepass)
    t.match(await count(gatepass, 41 * DAY), { total: { passed: 1 } })
  })

  t.test('several processes count an hour once', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (let hour = 0; hour < 5; hour++) {
      await gatepass.signIn(acme)
      gatepass.clock.advance(HOUR)
    }
    gatepass.clock.advance(2 * HOUR)
    const processes = Array.from({ length: 4 }, () => openDatabase(gatepass.config.databaseUrl))
    t.teardown(() => Promise.all(processes.map(database => database.close())))
    const now = gatepass.clock.now()
    await Promise.all(
      processes.map(async database => {
        while (await rollUpSignIns(database, now));
      }),
    )
    t.match(await count(gatepass, 10 * HOUR), { total: { passed: 5, failed: 0 } })
    t.equal(await gatepass.count('sign_in_counts'), 10)
  })

  t.test('strangers to every project count nowhere', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.generate(acme, { headers: { authorization: basic('nobody', 'x') } })
    t.match(await count(gatepass, HOUR), { total: { passed: 0, failed: 0 } })
    gatepass.clock.advance(4 * HOUR)
    await rollUp(gatepass)
    t.equal(await gatepass.count('sign_in_counts'), 1)
  })
})
