import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { keyOfSecret } from '../../src/platform/one-time-secret.ts'
import type { Project } from '../../src/projects/project.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { setReaderBlocked } from '../../src/sessions/block-reader.ts'
import { endSessionBySid } from '../../src/sessions/end-session.ts'
import { endSessionsOfReader } from '../../src/sessions/end-sessions-of-reader.ts'
import { listNotices } from '../../src/sessions/notice-store.ts'
import { type EndReason, sidOf } from '../../src/sessions/session.ts'
import { findLiveSession } from '../../src/sessions/session-store.ts'
import { endCentralSession, endSession, succeedCentralSession } from '../../src/sessions/sign-off.ts'
import { onPostgres } from '../database-of-test.ts'
import { addClient, openSession } from '../relying-party.ts'
import { cookieOf, startApp, type TestApp, type TestProject } from '../start-app.ts'

/** Ada, signed in centrally in one browser: at the site, at two clients that are told and one that is not. */
async function signedInEverywhere(t: Parameters<typeof startApp>[0]) {
  const gatepass = await startApp(t)
  const acme = await gatepass.project()
  const { database, clock } = gatepass
  const cookie = await gatepass.signIn(acme)
  const site = keyOfSecret(cookie.split('=')[1]!)!
  const row = await database.read
    .selectFrom('sessions')
    .selectAll()
    .where('key', '=', site)
    .executeTakeFirstOrThrow()
  const of = { projectId: row.project_id, readerId: row.reader_id }
  const central = await openSession(database, clock.now(), { ...of, kind: 'central' })
  await database.write(tx =>
    tx.updateTable('sessions').set({ central_key: central }).where('key', '=', site).execute(),
  )
  const wiki = await addClient(database, of.projectId, 'http://wiki.test/told', { name: 'wiki' })
  const forum = await addClient(database, of.projectId, 'http://forum.test/told', { name: 'forum' })
  const mute = await addClient(database, of.projectId, null, { name: 'mute' })
  const open = (clientId: string | null, more = {}) =>
    openSession(database, clock.now(), { ...of, kind: 'tokens', clientId, ...more })
  const sessions = {
    site,
    central,
    wiki: await open(wiki, { centralKey: central }),
    forum: await open(forum, { centralKey: central }),
    mute: await open(mute, { centralKey: central }),
    /** The same reader in another browser. */
    elsewhere: await open(wiki, { centralKey: await open(null, { kind: 'central' }) }),
  }
  const registry = createRegistry(database.read)
  await registry.refresh()
  return { gatepass, acme, cookie, sessions, of, project: registry.projectById(of.projectId)! }
}

type Sessions = Awaited<ReturnType<typeof signedInEverywhere>>['sessions']

async function living(gatepass: TestApp, sessions: Sessions): Promise<string[]> {
  const names: string[] = []
  for (const [name, key] of Object.entries(sessions)) {
    if (await findLiveSession(gatepass.database.read, key, gatepass.clock.now())) names.push(name)
  }
  return names
}

/** Whom there is word for, as the names of their sessions. */
async function told(gatepass: TestApp, project: Project, sessions: Sessions): Promise<string[]> {
  const notices = await listNotices(gatepass.database.read, {
    projectId: project.id,
    pending: true,
    limit: 99,
  })
  const names = Object.entries(sessions)
  return notices.map(each => names.find(([, key]) => sidOf(key) === each.sid)?.[0] ?? 'unknown').sort()
}

const logOut = (gatepass: TestApp, acme: TestProject, cookie: string) =>
  gatepass.get(`${acme.siteUrl}/logout`, { cookie })

t.test('works', async t => {
  t.test('who signs out of the site is signed out of all that the sign-in opened', async t => {
    const { gatepass, acme, cookie, sessions, project } = await signedInEverywhere(t)
    t.equal((await logOut(gatepass, acme, cookie)).statusCode, 302)
    t.same(await living(gatepass, sessions), ['elsewhere'])
    t.same(await told(gatepass, project, sessions), ['forum', 'wiki'])
  })

  t.test('a central sign-off ends the site’s session too', async t => {
    const { gatepass, acme, cookie, sessions, project } = await signedInEverywhere(t)
    const now = gatepass.clock.now()
    await gatepass.database.write(tx => endCentralSession(tx, sessions.central, 'logout', now))
    t.same(await living(gatepass, sessions), ['elsewhere'])
    t.same(await told(gatepass, project, sessions), ['forum', 'wiki'])
    t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 401)
  })

  t.test('a central session that is ended as any other takes the rest along', async t => {
    const { gatepass, sessions, project } = await signedInEverywhere(t)
    await endSessionBySid(gatepass, gatepass.actor, project, sidOf(sessions.central))
    t.same(await living(gatepass, sessions), ['elsewhere'])
    t.same(await told(gatepass, project, sessions), ['forum', 'wiki'])
  })

  t.test('a sign-off reaches the sites also where the central session is over by itself', async t => {
    const { gatepass, sessions, project } = await signedInEverywhere(t)
    const now = gatepass.clock.now()
    await gatepass.database.write(tx =>
      tx
        .updateTable('sessions')
        .set({ ended_at: now, end_reason: 'expired' })
        .where('key', '=', sessions.central)
        .execute(),
    )
    await gatepass.database.write(tx => endCentralSession(tx, sessions.central, 'logout', now))
    t.same(await living(gatepass, sessions), ['elsewhere'])
    t.same(await told(gatepass, project, sessions), ['forum', 'wiki'])
  })

  t.test('a session at one client ends alone, and that client is told', async t => {
    const { gatepass, sessions, project } = await signedInEverywhere(t)
    await endSessionBySid(gatepass, gatepass.actor, project, sidOf(sessions.wiki))
    t.same(await living(gatepass, sessions), ['site', 'central', 'forum', 'mute', 'elsewhere'])
    t.same(await told(gatepass, project, sessions), ['wiki'])
  })

  t.test('an administrator who ends the site’s session ends the whole sign-in', async t => {
    const { gatepass, sessions, project } = await signedInEverywhere(t)
    await endSessionBySid(gatepass, gatepass.actor, project, sidOf(sessions.site))
    t.same(await living(gatepass, sessions), ['elsewhere'])
    t.same(await told(gatepass, project, sessions), ['forum', 'wiki'])
  })

  t.test('blocking a reader reaches every site in every browser', async t => {
    const { gatepass, sessions, project } = await signedInEverywhere(t)
    const input = { project, reader: 'ada@example.com', blocked: true }
    await setReaderBlocked(gatepass, gatepass.actor, input)
    t.same(await living(gatepass, sessions), [])
    t.same(await told(gatepass, project, sessions), ['elsewhere', 'forum', 'wiki'])

    await setReaderBlocked(gatepass, gatepass.actor, { ...input, blocked: false })
    t.same(await living(gatepass, sessions), [], 'what ended stays so when they are let in again')
    t.same(await told(gatepass, project, sessions), ['elsewhere', 'forum', 'wiki'])
  })

  t.test('ending all sessions of a reader reaches every site, of this reader alone', async t => {
    const { gatepass, acme, sessions, project } = await signedInEverywhere(t)
    const eve = await gatepass.signIn(acme, { emailId: 'eve@example.com' })
    await endSessionsOfReader(gatepass, gatepass.actor, { project, reader: 'ada@example.com' })
    t.same(await living(gatepass, sessions), [])
    t.same(await told(gatepass, project, sessions), ['elsewhere', 'forum', 'wiki'])
    t.equal((await gatepass.get(`${acme.siteUrl}/gate/userinfo`, { cookie: eve })).statusCode, 200)
  })

  t.test('a site hears of a session whose time has come, since its own may last longer', async t => {
    const { gatepass, sessions, project } = await signedInEverywhere(t)
    gatepass.clock.minutes(16)
    await setReaderBlocked(gatepass, gatepass.actor, { project, reader: 'ada@example.com', blocked: true })
    t.same(await told(gatepass, project, sessions), ['elsewhere', 'forum', 'wiki'])
  })

  t.test('who signs in anew at the site stays signed in elsewhere, and signs out of it all', async t => {
    const { gatepass, acme, cookie, sessions, project } = await signedInEverywhere(t)
    const entered = await gatepass.callback(acme, await gatepass.code(acme), { cookie })
    t.same(await living(gatepass, sessions), ['central', 'wiki', 'forum', 'mute', 'elsewhere'])
    t.same(await told(gatepass, project, sessions), [])

    await logOut(gatepass, acme, cookieOf(entered, 'gatepass')!)
    t.same(await living(gatepass, sessions), ['elsewhere'])
    t.same(await told(gatepass, project, sessions), ['forum', 'wiki'])
  })

  t.test('a newer central session of the browser takes over what came of the one before', async t => {
    const { gatepass, sessions, project, of } = await signedInEverywhere(t)
    const now = gatepass.clock.now()
    const newer = await openSession(gatepass.database, now, { ...of, kind: 'central' })
    await gatepass.database.write(tx => succeedCentralSession(tx, sessions.central, newer, now))
    t.same(await living(gatepass, sessions), ['site', 'wiki', 'forum', 'mute', 'elsewhere'])
    t.same(await told(gatepass, project, sessions), [])
    await gatepass.database.write(tx => endSession(tx, newer, 'logout', now))
    t.same(await living(gatepass, sessions), ['elsewhere'])
    t.same(await told(gatepass, project, sessions), ['forum', 'wiki'])
  })

  t.test('a client that gave its tokens back is not told what it knows', async t => {
    const { gatepass, sessions, project } = await signedInEverywhere(t)
    const now = gatepass.clock.now()
    await gatepass.database.write(tx => endSession(tx, sessions.wiki, 'revoked', now))
    t.same(await told(gatepass, project, sessions), [])
  })

  t.test('a browser’s replaced session at a client is told of', async t => {
    const { gatepass, sessions, project } = await signedInEverywhere(t)
    const now = gatepass.clock.now()
    await gatepass.database.write(tx => endSession(tx, sessions.wiki, 'replaced', now))
    t.same(await told(gatepass, project, sessions), ['wiki'])
  })
})

t.test('resists', async t => {
  t.test('a code used twice: its tokens end, and the site that holds them is told', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const code = await gatepass.code(acme)
    t.equal((await gatepass.swap(acme, code)).statusCode, 200)
    const { database } = gatepass
    const { key, project_id: projectId } = await database.read
      .selectFrom('sessions')
      .selectAll()
      .executeTakeFirstOrThrow()
    const wiki = await addClient(database, projectId, 'http://wiki.test/told')
    await database.write(tx =>
      tx.updateTable('sessions').set({ client_id: wiki }).where('key', '=', key).execute(),
    )
    t.equal((await gatepass.swap(acme, code)).statusCode, 400)
    const notices = await listNotices(database.read, { projectId, pending: true, limit: 9 })
    t.same(
      notices.map(each => [each.client.id, each.sid]),
      [[wiki, sidOf(Buffer.from(key))]],
    )
  })

  t.test(
    'somebody else who signs in at the site in the same browser: the one before is signed off',
    async t => {
      const { gatepass, acme, cookie, sessions, project } = await signedInEverywhere(t)
      const code = await gatepass.code(acme, { emailId: 'eve@example.com' })
      const entered = await gatepass.callback(acme, code, { cookie })
      t.same(await living(gatepass, sessions), ['elsewhere'])
      t.same(await told(gatepass, project, sessions), ['forum', 'wiki'])
      const eve = keyOfSecret(cookieOf(entered, 'gatepass')!.split('=')[1]!)!
      const session = await findLiveSession(gatepass.database.read, eve, gatepass.clock.now())
      t.equal(session!.centralKey, null, 'and nothing of theirs is the newcomer’s')
    },
  )

  t.test('a code of the site used twice ends all that the sign-in opened', async t => {
    const { gatepass, sessions, project } = await signedInEverywhere(t)
    const now = gatepass.clock.now()
    await gatepass.database.write(tx => endSession(tx, sessions.site, 'code_reused', now))
    t.same(await living(gatepass, sessions), ['elsewhere'])
    t.same(await told(gatepass, project, sessions), ['forum', 'wiki'])
  })

  t.test('ending what has ended: nobody is told twice', async t => {
    const { gatepass, acme, cookie, sessions, project } = await signedInEverywhere(t)
    await logOut(gatepass, acme, cookie)
    await logOut(gatepass, acme, cookie)
    const now = gatepass.clock.now()
    for (const reason of ['logout', 'administrator', 'code_reused'] satisfies EndReason[]) {
      for (const key of [sessions.site, sessions.central, sessions.wiki]) {
        await gatepass.database.write(async tx => {
          t.notOk(await endSession(tx, key, reason, now))
          await endCentralSession(tx, key, reason, now)
        })
      }
    }
    await endSessionsOfReader(gatepass, gatepass.actor, { project, reader: 'ada@example.com' })
    await setReaderBlocked(gatepass, gatepass.actor, { project, reader: 'ada@example.com', blocked: true })
    t.same(await told(gatepass, project, sessions), ['elsewhere', 'forum', 'wiki'])
  })

  t.test('a transaction that fails: the session goes on, and there is no word of its end', async t => {
    const { gatepass, sessions, project } = await signedInEverywhere(t)
    const now = gatepass.clock.now()
    const failing = gatepass.database.write(async tx => {
      await endSession(tx, sessions.central, 'logout', now)
      throw new Error('the disk is full')
    })
    await t.rejects(failing, /disk/)
    t.equal((await living(gatepass, sessions)).length, 6)
    t.same(await told(gatepass, project, sessions), [])
  })

  t.test('a way to end sessions past the rules that tell the sites', async t => {
    const src = new URL('../../src/', import.meta.url)
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
    const naming = (pattern: RegExp) =>
      files.filter(file => pattern.test(readFileSync(new URL(file, src), 'utf8'))).sort()
    const [store, signOff, ofReader] = ['session-store', 'sign-off', 'end-sessions-of-reader'].map(
      name => `sessions/${name}.ts`,
    )
    t.same(naming(/updateTable\('sessions'\)/), [store])
    t.same(naming(/\bmarkSession(sOfCentral)?Ended\b/), [store, signOff])
    t.same(naming(/\bmarkClientSessionsOfReaderEnded\b/), [ofReader, store])
    t.same(naming(/\bsetSessionsEndedAt\b/), ['readers/reader-store.ts', ofReader])
  })

  t.test(
    'a look through the whole table for the few sessions that a sign-off ends',
    { skip: onPostgres && 'of SQLite alone' },
    async t => {
      const { gatepass } = await signedInEverywhere(t)
      const plans = {
        sessions_central: `UPDATE sessions SET ended_at = 1 WHERE central_key = x'00' AND ended_at IS NULL`,
        sessions_told: `UPDATE sessions SET ended_at = 1 WHERE reader_id = 'r' AND client_id IS NOT NULL AND ended_at IS NULL`,
        logout_notices_due: `SELECT id, client_id FROM logout_notices WHERE due_at <= 1 AND (claimed_until IS NULL OR claimed_until <= 1) AND client_id NOT IN ('a') ORDER BY due_at LIMIT 16`,
      }
      for (const [index, query] of Object.entries(plans)) {
        const plan = await gatepass.database.read.runner.all(`EXPLAIN QUERY PLAN ${query}`, [])
        t.match(JSON.stringify(plan), `USING INDEX ${index} `, index)
        t.notMatch(JSON.stringify(plan), 'TEMP B-TREE')
      }
    },
  )
})
