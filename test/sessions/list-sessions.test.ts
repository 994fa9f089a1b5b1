import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { newOneTimeSecret } from '../../src/platform/one-time-secret.ts'
import { listSessions } from '../../src/sessions/list-sessions.ts'
import { ada, startApp, type TestApp } from '../start-app.ts'

const CROWD = 24_000

/** A day's sessions of somebody else, opened at this moment. */
async function crowd({ database, clock }: TestApp, project: { id: string }, size = CROWD) {
  const like = await database.read
    .selectFrom('sessions')
    .selectAll()
    .where('project_id', '=', project.id)
    .limit(1)
    .executeTakeFirstOrThrow()
  for (let made = 0; made < size; made += 2_000) {
    const rows = Array.from({ length: 2_000 }, () => ({ ...like, key: newOneTimeSecret(clock.now()).key }))
    await database.write(tx => tx.insertInto('sessions').values(rows).execute())
  }
}

async function projectOf({ database }: TestApp, slug: string) {
  return await database.read
    .selectFrom('projects')
    .select('id')
    .where('slug', '=', slug)
    .executeTakeFirstOrThrow()
}

t.test('works', async t => {
  t.test('the few sessions of one reader are found among many of others, the newest first', async t => {
    const gatepass = await startApp(t)
    const { database, clock } = gatepass
    const acme = await gatepass.project({ slug: 'acme' })
    const { id: projectId } = await projectOf(gatepass, 'acme')
    await gatepass.signIn(acme, { ...ada, emailId: 'eve@example.com' })
    const openings: number[] = []
    for (let visit = 0; visit < 3; visit++) {
      clock.seconds(1)
      await gatepass.signIn(acme, ada)
      openings.unshift(clock.now())
      clock.seconds(1)
      await crowd(gatepass, { id: projectId }, CROWD / 3)
    }
    const reader = await database.read
      .selectFrom('readers')
      .select('id')
      .where('external_id', '=', ada.emailId)
      .executeTakeFirstOrThrow()
    const filter = { projectId, readerId: reader.id, all: false, now: clock.now(), limit: 10 }

    let turns = 0
    let listing = true
    const counting = (async () => {
      for (; listing; turns++) await setImmediate()
    })()
    const found = await listSessions(database.read, filter)
    listing = false
    await counting
    t.same(
      found.map(session => session.createdAt),
      openings,
    )
    t.ok(turns >= 3, `others had ${turns} turns meanwhile`)

    const first = await listSessions(database.read, { ...filter, limit: 1 })
    const rest = await listSessions(database.read, { ...filter, before: first[0]!.key })
    t.same(
      [...first, ...rest].map(session => session.createdAt),
      openings,
      'and a page at a time',
    )
  })

  t.test('a page that begins in the middle of many has as many as it asks for', async t => {
    const gatepass = await startApp(t)
    const { database, clock } = gatepass
    const acme = await gatepass.project({ slug: 'acme' })
    const { id: projectId } = await projectOf(gatepass, 'acme')
    await gatepass.signIn(acme)
    clock.seconds(1)
    await crowd(gatepass, { id: projectId }, 22_000)
    const filter = { projectId, all: true, now: clock.now() }
    const all = await listSessions(database.read, { ...filter, limit: 30_000 })
    t.equal(all.length, 22_001)
    t.equal(new Set(all.map(session => session.key.toString('hex'))).size, 22_001, 'each once')
    const page = await listSessions(database.read, { ...filter, before: all[9_994]!.key, limit: 20 })
    t.same(
      page.map(session => session.key),
      all.slice(9_995, 10_015).map(session => session.key),
    )
  })
})

t.test('refuses', async t => {
  t.test('nothing is found in a project without sessions', async t => {
    const gatepass = await startApp(t)
    await gatepass.project({ slug: 'acme' })
    const { id: projectId } = await projectOf(gatepass, 'acme')
    const { database, clock } = gatepass
    t.same(await listSessions(database.read, { projectId, all: true, now: clock.now(), limit: 5 }), [])
  })
})
