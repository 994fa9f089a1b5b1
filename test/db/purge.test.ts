import t from 'tap'
import { readLink } from '../../src/administrators/accept-link.ts'
import { administratorGuesses } from '../../src/administrators/administrator-guesses.ts'
import { createOwnerLink, renewLink } from '../../src/administrators/hand-out-link.ts'
import { rollUpSignIns } from '../../src/audit/roll-up-sign-ins.ts'
import { takeGuess } from '../../src/passwords/guess-limits.ts'
import { deleteProject } from '../../src/projects/update-project.ts'
import { purgeStep } from '../../src/purge.ts'
import { refusal, startPeople } from '../administrators/people.ts'
import { onPostgres } from '../database-of-test.ts'
import { startApp, type TestApp } from '../start-app.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

async function purge(gatepass: TestApp, days = 30): Promise<void> {
  while (await rollUpSignIns(gatepass.database, gatepass.clock.now()));
  for (let step = 0; step < 100; step++) {
    if (!(await purgeStep(gatepass.database, gatepass.clock.now(), days))) return
  }
  throw new Error('purging does not come to an end')
}

const pages = async (gatepass: TestApp) =>
  Object.values((await gatepass.database.read.runner.all('PRAGMA page_count', []))[0] as object)[0] as number

t.test('works', async t => {
  t.test(
    'codes, sessions and steps of sign-ins go when they are over; readers and settings stay',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      await gatepass.signIn(acme)
      await gatepass.code(acme)
      gatepass.clock.advance(25 * HOUR + 1)
      await purge(gatepass)
      t.equal(await gatepass.count('codes'), 0)
      t.equal(await gatepass.count('sessions'), 0)
      t.ok((await gatepass.count('attempt_steps')) > 0, 'the timeline is kept for its days')
      gatepass.clock.advance(30 * DAY)
      await purge(gatepass)
      t.equal(await gatepass.count('attempt_steps'), 0)
      t.equal(await gatepass.count('readers'), 1)
      t.equal(await gatepass.count('client_secrets'), 2)
      t.ok((await gatepass.count('audit_events')) > 0)
    },
  )

  t.test('a deleted project leaves nothing behind, in steps', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.group(acme, 'staff')
    await gatepass.project({ slug: 'other' })
    await gatepass.database.write(async tx => {
      const row = {
        project_id: acme.id,
        username: 'x',
        first_name: '',
        last_name: '',
        email: 'x',
        group_ids: '[]',
      }
      const moments = { blocked_at: null, sessions_ended_at: null, created_at: 0, updated_at: 0 }
      for (let index = 0; index < 1100; index++) {
        const values = { id: `reader-${index}`, external_id: `${index}`, ...row, ...moments }
        await tx.insertInto('readers').values(values).execute()
      }
    })
    await deleteProject(gatepass.rules, gatepass.actor, acme.slug)
    await purge(gatepass)
    await purge(gatepass)
    t.equal(await gatepass.count('readers'), 0)
    t.equal(await gatepass.count('projects'), 1)
    t.equal(await gatepass.count('clients'), 2)
    t.equal(await gatepass.count('client_secrets'), 2)
    t.equal(await gatepass.count('reader_groups'), 0)
  })

  t.test(
    'what was presented once is remembered until an hour past its expiry, and goes in steps',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const now = gatepass.clock.now()
      const names = Array.from({ length: 1_200 }, (_, index) => `assertion ${index}`)
      // The last of them expires now, each one before it a moment earlier.
      const expiring = names.map((name, index) => [name, now - (names.length - 1 - index)] as const)
      await gatepass.database.write(async tx => {
        const asserted = expiring.map(([jti, expires_at]) => ({
          client_id: acme.siteClientId,
          jti,
          expires_at,
        }))
        await tx.insertInto('used_assertions').values(asserted).execute()
        const answered = expiring.map(([assertion_id, expires_at]) => {
          return { provider_id: 'provider', assertion_id, expires_at }
        })
        await tx.insertInto('used_saml_assertions').values(answered).execute()
      })
      const left = async () => [
        await gatepass.count('used_assertions'),
        await gatepass.count('used_saml_assertions'),
      ]
      gatepass.clock.advance(HOUR - 100)
      t.equal(await purgeStep(gatepass.database, gatepass.clock.now(), 30), true, 'there is more')
      t.same(await left(), [700, 700])
      await purge(gatepass)
      t.same(await left(), [101, 101])
      gatepass.clock.advance(101)
      await purge(gatepass)
      t.same(await left(), [0, 0])
    },
  )
})

t.test('works for administrators', async t => {
  t.test('dead links and full counts go, sessions end and are kept for a month', async t => {
    const people = await startPeople(t)
    const { gatepass, deps } = people
    const { administrator } = await people.owner()
    await createOwnerLink(deps, gatepass.actor)
    await renewLink(deps, gatepass.actor, administrator.id)
    await takeGuess(
      deps.database,
      { of: administratorGuesses, account: 'x', address: '192.0.2.1', at: 'password' },
      gatepass.clock.now(),
    )
    const rows = async () => [
      await gatepass.count('administrator_links'),
      await gatepass.count('guess_counters'),
      await gatepass.count('administrator_sessions'),
    ]
    await purge(gatepass)
    t.same(await rows(), [2, 2, 1], 'what is alive stays')
    gatepass.clock.advance(HOUR)
    await purge(gatepass)
    t.same(await rows(), [1, 0, 1], 'an invitation lives longer than a printed link')
    gatepass.clock.advance(72 * HOUR)
    await purge(gatepass)
    t.same(await rows(), [0, 0, 1])
    gatepass.clock.advance(30 * DAY)
    await purge(gatepass)
    t.same(await rows(), [0, 0, 0])
    t.equal(await gatepass.count('administrators'), 1)
  })
})

t.test('resists', async t => {
  t.test("an administrator's session and link that expired stay so when the clock is set back", async t => {
    const people = await startPeople(t)
    const { gatepass, deps } = people
    const { session } = await people.owner()
    const { token } = await createOwnerLink(deps, gatepass.actor)
    gatepass.clock.advance(12 * HOUR)
    await purge(gatepass)
    gatepass.clock.advance(-12 * HOUR)
    t.notOk(await people.isIn(session))
    t.equal((await refusal(readLink(deps, token))).code, 'invalid_grant')
  })

  t.test('nothing that is alive is purged, to the last moment of the longest session', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const early = await gatepass.code(acme, { tokenValidity: 1440 })
    gatepass.clock.advance(59_999)
    await purge(gatepass)
    const arrived = await gatepass.callback(acme, early)
    t.equal(arrived.statusCode, 302)
    const cookie = String(arrived.headers['set-cookie']).split(';')[0]!
    gatepass.clock.advance(DAY - 1)
    await purge(gatepass)
    t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
    t.equal(
      (await gatepass.callback(acme, early)).statusCode,
      400,
      'and its code can still be told from an unknown one',
    )
    t.equal((await gatepass.lastStep()).reason, 'code_used')
  })

  t.test(
    'the file stops growing: days of codes take the room of the days before',
    { skip: onPostgres && 'of SQLite alone' },
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project({ outstandingCodesLimit: 1_000_000 })
      const sizes: number[] = []
      for (let day = 0; day < 5; day++) {
        for (let index = 0; index < 4; index++) {
          await Promise.all(Array.from({ length: 60 }, () => gatepass.push(acme)))
          gatepass.clock.advance(6 * HOUR)
        }
        await purge(gatepass, 1)
        sizes.push(await pages(gatepass))
      }
      // How full pages are is chance; days that stayed would be 20 pages each.
      t.ok(sizes[4]! <= sizes[2]! + 4, `pages at the end of each day: ${sizes}`)
    },
  )
})
