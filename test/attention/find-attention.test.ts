import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { AttentionItem } from '../../src/attention/attention.ts'
import { inWords } from '../../src/attention/attention.ts'
import { findAttention } from '../../src/attention/find-attention.ts'
import { findSignIn } from '../../src/audit/find-sign-ins.ts'
import type { Projects } from '../../src/audit/sign-in.ts'
import { rotateSigningKey } from '../../src/keys/rotate-key.ts'
import { issueSecret } from '../../src/projects/issue-secret.ts'
import { createGroup } from '../../src/projects/reader-groups.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { rotateSecret } from '../../src/projects/rotate-secret.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { claimNotices } from '../../src/sessions/notice-store.ts'
import { endSession } from '../../src/sessions/sign-off.ts'
import { keyDeps, tick } from '../keys/key-deps.ts'
import { addClient, deliveryOf, openSession, startRelyingParty } from '../relying-party.ts'
import { basic, startApp, type TestApp, type TestProject } from '../start-app.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

async function look(
  gatepass: TestApp,
  { projects = 'all', keyRotationDays = 90 }: { projects?: Projects; keyRotationDays?: number } = {},
): Promise<AttentionItem[]> {
  const { database, clock } = gatepass
  const registry = createRegistry(database.read)
  await registry.refresh()
  return await findAttention({ database, clock, registry, keyRotationDays }, { projects })
}

const kinds = async (gatepass: TestApp) => (await look(gatepass)).map(item => item.kind)

const rotate = (gatepass: TestApp, grace: number) =>
  rotateSecret(gatepass.rules, gatepass.actor, { slug: 'acme', kind: 'login', label: 'new', grace })

/** Somebody at `from` who opens a page and is sent to the login URL. */
const visit = (gatepass: TestApp, acme: TestProject, from: string) =>
  gatepass.app.inject({ url: `${acme.siteUrl}/guide`, remoteAddress: from })

const refused = (gatepass: TestApp, acme: TestProject) => gatepass.push(acme, { readerGroupIds: ['ghosts'] })

t.test('works', async t => {
  t.test('where all is well there is nothing to say', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.signIn(acme)
    t.same(await look(gatepass), [])
    gatepass.clock.advance(DAY)
    t.same(await look(gatepass), [])
  })

  t.test('an old secret that is still used, louder as its end comes near', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    gatepass.clock.minutes(1)
    await rotate(gatepass, 10 * DAY)
    t.same(await kinds(gatepass), [], 'nobody uses it')
    const severities: string[] = []
    for (let day = 0; day < 10; day++) {
      await gatepass.code(acme)
      gatepass.clock.minutes(90)
      const [item, ...others] = await look(gatepass)
      t.same([item?.projectId, others], [acme.id, []])
      severities.push(`${item?.kind} ${item?.severity}`)
      gatepass.clock.advance(DAY - 90 * 60_000)
    }
    t.same(
      [...new Set(severities)],
      ['secret_superseded notice', 'secret_ending warning', 'secret_ending error'],
    )
    t.same(await kinds(gatepass), ['secret_unused'], 'it works no longer, and nobody has the new one')
    await gatepass.push(acme)
    gatepass.clock.minutes(5)
    const [sent] = await look(gatepass)
    t.match(sent, { kind: 'retired_secret_sent', severity: 'error' })
    t.match(sent!.sentence, /sent 1 time in the last day, last 5 minutes ago/)
    t.match((await findSignIn(gatepass.database.read, 'all', sent!.traceId!)).signIn, {
      reason: 'secret_retired',
    })
  })

  t.test('it says which secret, of whom, and for how long', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    gatepass.clock.minutes(1)
    const { clientSecret } = await rotate(gatepass, 20 * HOUR)
    await gatepass.code(acme)
    gatepass.clock.minutes(5)
    const [item] = await look(gatepass)
    t.equal(
      item!.sentence,
      `The secret ...${acme.clientSecret.slice(-4)} of the login client is in use, last 5 minutes ago, and stops working in 19 hours.`,
    )
    t.match(item!.detail, `...${clientSecret.slice(-4)}`)
    t.notMatch(JSON.stringify(item), clientSecret)
  })

  t.test(
    'a secret made for a while beside a lasting one is nothing to say, for as long as it lives',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      gatepass.clock.minutes(1)
      const input = { slug: 'acme', kind: 'login', label: 'demo', life: DAY } as const
      const { clientSecret } = await issueSecret(gatepass.rules, gatepass.actor, input)
      await gatepass.code({ ...acme, clientSecret })
      await gatepass.code(acme)
      t.same(await kinds(gatepass), [])
    },
  )

  t.test('a secret that nobody uses a week after it was made; the site served here needs none', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    gatepass.clock.advance(7 * DAY - 1)
    t.same(await kinds(gatepass), [])
    gatepass.clock.advance(1)
    t.match(await look(gatepass), [
      { kind: 'secret_unused', severity: 'notice', sentence: /login client was made 7 days ago/ },
    ])
    await gatepass.code(acme)
    t.same(await kinds(gatepass), [])
  })

  t.test('signing keys: due soon, and overdue', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.code(acme)
    gatepass.clock.advance(88 * DAY)
    t.match(await look(gatepass), [
      { kind: 'key_due', severity: 'notice', projectId: null, sentence: /in 47 hours/ },
    ])
    t.same(await look(gatepass, { projects: new Set([acme.id]) }), [], 'keys concern the installation')
    gatepass.clock.advance(3 * DAY)
    t.match(await look(gatepass), [{ kind: 'key_overdue', severity: 'warning' }])
    await tick(gatepass, 90)
    t.same(await kinds(gatepass), [])
    gatepass.clock.advance(360 * DAY)
    t.same(await look(gatepass, { keyRotationDays: 0 }), [])
    gatepass.clock.advance(10 * DAY)
    t.match(await look(gatepass, { keyRotationDays: 0 }), [
      { kind: 'key_due', sentence: /not rotated by itself/ },
    ])
    await rotateSigningKey(
      keyDeps(gatepass),
      gatepass.actor,
      { algorithm: 'ES256', atOnce: true },
      gatepass.clock.now(),
    )
    t.same(await look(gatepass, { keyRotationDays: 0 }), [])
  })

  t.test(
    'a login endpoint that is refused: all of few, or many of many, with the reason and a sign-in',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      await refused(gatepass, acme)
      await refused(gatepass, acme)
      t.same(await kinds(gatepass), [], 'two of them may be somebody who tries things out')
      await refused(gatepass, acme)
      const [item] = await look(gatepass)
      t.match(item, { kind: 'codes_failing', severity: 'error', since: gatepass.clock.now() })
      t.equal(item!.sentence, 'All 3 requests for a code in the last day were refused.')
      t.match(item!.detail, /^Most often \(3\): A reader group that was sent does not exist/)
      t.match((await findSignIn(gatepass.database.read, 'all', item!.traceId!)).signIn, {
        reason: 'groups_unknown',
      })

      for (let more = 0; more < 3; more++) await gatepass.signIn(acme)
      t.same(await kinds(gatepass), [], 'three of six, of so few')
      await refused(gatepass, acme)
      await refused(gatepass, acme)
      t.match(await look(gatepass), [
        { kind: 'codes_failing', severity: 'warning', sentence: /^5 .*; 3 sign-ins passed/ },
      ])
      for (let more = 0; more < 4; more++) await gatepass.signIn(acme)
      t.same(await kinds(gatepass), [])
      await createGroup(gatepass.rules, gatepass.actor, { slug: 'acme', groupSlug: 'ghosts', name: 'Ghosts' })
      gatepass.clock.advance(DAY + 1)
      t.same(await kinds(gatepass), [], 'yesterday is over')
    },
  )

  t.test('a site that cannot swap its codes', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (let n = 0; n < 5; n++) {
      const authorization = basic(acme.siteClientId, 'wrong')
      await gatepass.token({ grant_type: 'authorization_code', code: 'x' }, { authorization })
    }
    t.match(await look(gatepass), [
      { kind: 'swaps_failing', severity: 'error', detail: /\(5\): The client secret/ },
    ])
  })

  t.test('readers who are sent to the login page and never come back', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (let n = 0; n < 10; n++) await visit(gatepass, acme, `203.0.113.${n}`)
    gatepass.clock.minutes(9)
    t.same(await kinds(gatepass), [], 'they may be typing')
    gatepass.clock.minutes(2)
    t.match(await look(gatepass), [
      { kind: 'readers_not_returning', severity: 'error', detail: /login\.acme\.test/ },
    ])
    await gatepass.code(acme)
    t.same(await kinds(gatepass), [])
    gatepass.clock.minutes(70)
    for (let n = 0; n < 60; n++) await visit(gatepass, acme, `203.0.113.${n}`)
    gatepass.clock.minutes(11)
    await gatepass.code(acme)
    t.match(await look(gatepass), [{ kind: 'readers_not_returning', severity: 'warning' }])
    await updateProject(gatepass.rules, gatepass.actor, 'acme', { standard: 'accounts' })
    t.same(await kinds(gatepass), [], 'by the other standards nobody pushes')
  })

  t.test('sign-outs that do not reach a site, until they do or are given up', async t => {
    const site = await startRelyingParty(t)
    site.answers(503)
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { traceId } = (await gatepass.push(acme)).json()
    const reader = await gatepass.database.read.selectFrom('readers').selectAll().executeTakeFirstOrThrow()
    const clientId = await addClient(gatepass.database, acme.id, site.uri)
    const about = { projectId: acme.id, readerId: reader.id, kind: 'tokens', clientId, traceId } as const
    const now = () => gatepass.clock.now()
    const key = await openSession(gatepass.database, now(), about)
    await gatepass.database.write(tx => endSession(tx, key, 'logout', now()))
    const endedAt = now()
    await deliveryOf(gatepass).deliverDue()
    t.same(await kinds(gatepass), [], 'once may happen')
    gatepass.clock.minutes(1)
    await deliveryOf(gatepass).deliverDue()
    t.match(await look(gatepass), [
      { kind: 'logout_undelivered', severity: 'warning', since: endedAt, projectId: acme.id, traceId },
    ])
    t.match((await look(gatepass))[0]!.sentence, /^1 sign-out did not reach .*503/)
    for (let hour = 0; hour < 30; hour++) {
      gatepass.clock.advance(HOUR)
      await deliveryOf(gatepass).deliverDue()
    }
    t.match(await look(gatepass), [
      { kind: 'logout_given_up', severity: 'error', sentence: /^1 sign-out never/ },
    ])
    t.same(
      await claimNotices(gatepass.database.read, { now: now(), limit: 1, perClient: 1, busy: new Map() }),
      [],
    )
  })

  t.test(
    'JWT sign-in switched off, the limit of codes, a folder that is gone: the most urgent first',
    async t => {
      const gatepass = await startApp(t)
      const folder = join(gatepass.folder, 'pages')
      mkdirSync(folder)
      const acme = await gatepass.project({ siteFolder: folder, outstandingCodesLimit: 1 })
      await gatepass.code(acme)
      t.same(await kinds(gatepass), [])
      t.equal((await gatepass.push(acme)).statusCode, 429)
      await updateProject(gatepass.rules, gatepass.actor, 'acme', { jwtEnabled: false })
      rmSync(folder, { recursive: true })
      t.same(await kinds(gatepass), ['too_many_codes', 'site_folder_missing', 'jwt_off'])
      t.match(await look(gatepass), [{ severity: 'error' }, { severity: 'error' }, { severity: 'warning' }])
      t.ok((await look(gatepass)).every(item => item.projectId === acme.id && item.detail !== ''))
    },
  )

  t.test('spans in words', async t => {
    t.equal(inWords(0), '1 minute')
    t.equal(inWords(119 * 60_000), '119 minutes')
    t.equal(inWords(47 * HOUR), '47 hours')
    t.equal(inWords(49 * HOUR), '2 days')
  })
})

t.test('resists', async t => {
  t.test('nobody is told of a project that is not theirs', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const other = await gatepass.project({ slug: 'other' })
    for (let n = 0; n < 5; n++) await refused(gatepass, acme)
    await updateProject(gatepass.rules, gatepass.actor, 'acme', { jwtEnabled: false })
    gatepass.clock.advance(HOUR)
    t.same(await look(gatepass, { projects: new Set([other.id]) }), [])
    t.same(await look(gatepass, { projects: new Set() }), [])
    t.equal((await look(gatepass, { projects: new Set([acme.id]) })).length, 2)
  })

  t.test('a few robots that follow links raise no alarm', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (let n = 0; n < 40; n++) await visit(gatepass, acme, `203.0.113.${n % 4}`)
    gatepass.clock.minutes(11)
    t.same(await kinds(gatepass), [])
  })
})
