// The life of a signing key: published, signing, retired, out of the JWKS, deleted; and nothing breaks on the way.
import t from 'tap'
import { listAudit } from '../../src/audit/audit-log.ts'
import { createKeyRing } from '../../src/keys/key-ring.ts'
import { PUBLISHED_AFTER_SIGNING } from '../../src/keys/key-schedule.ts'
import { listKeys } from '../../src/keys/key-store.ts'
import { removeSigningKey } from '../../src/keys/remove-key.ts'
import { rotateSigningKey } from '../../src/keys/rotate-key.ts'
import { startApp, type TestApp } from '../start-app.ts'
import {
  cachingClient,
  day,
  hour,
  jwks,
  keyDeps,
  kidOf,
  kids,
  minute,
  tick,
  tokens,
  userinfoStatus,
} from './key-deps.ts'

const stored = async (app: TestApp) => (await listKeys(app.database.read)).map(key => key.kid).sort()
const newest = async (app: TestApp) => (await listKeys(app.database.read))[0]!

t.test('the first key signs at once', async t => {
  const app = await startApp(t)
  const { id_token } = await tokens(app, await app.project())
  t.strictSame(await kids(app), [kidOf(id_token)])
})

t.test('no token fails in a scheduled rotation under load, however long a client kept the JWKS', async t => {
  const app = await startApp(t)
  const project = await app.project()
  const clients = Array.from({ length: 5 }, (_, n) => cachingClient(app, n * minute))
  const before = kidOf((await tokens(app, project)).id_token)
  const seen = new Set<string>()
  // The last tokens of each key: those that must be taken for longest.
  const lastOf = new Map<string, { expires: number; issued: Awaited<ReturnType<typeof tokens>> }>()

  // From shortly before the new key is published until the old one has left the JWKS.
  app.clock.advance(90 * day - hour - 5 * minute)
  const takeOver = app.clock.now() + 5 * minute + hour
  const end = takeOver + 26 * hour
  let checks = 0
  while (app.clock.now() < end) {
    await Promise.all([tick(app), tick(app)])
    const issued = await Promise.all(Array.from({ length: 4 }, () => tokens(app, project)))
    for (const each of issued) {
      const kid = kidOf(each.id_token)
      seen.add(kid)
      lastOf.set(kid, { expires: app.clock.now() + each.expires_in * 1000, issued: each })
      for (const verify of clients) await verify(project, each.id_token)
      t.equal(await userinfoStatus(app, each), 200)
    }
    for (const { expires, issued: old } of lastOf.values()) {
      if (app.clock.now() >= expires) continue
      for (const verify of clients) await verify(project, old.id_token)
      if ((await userinfoStatus(app, old)) !== 200) t.fail('the server refuses a token that is not over')
      checks++
    }
    app.clock.advance(app.clock.now() < takeOver + 15 * minute ? minute : 30 * minute)
  }
  t.equal(seen.size, 2, 'one key took over from the other')
  t.not((await newest(app)).kid, before)
  t.ok(checks > 100, `${checks} checks of last tokens`)
  t.notOk((await kids(app)).includes(before), 'and the old one has left the JWKS')
})

t.test('a key signs for 90 days: its successor is published an hour before, and signs then', async t => {
  const app = await startApp(t)
  const project = await app.project()
  const first = kidOf((await tokens(app, project)).id_token)

  app.clock.advance(90 * day - hour - 1)
  t.strictSame((await tick(app)).published, [])
  app.clock.advance(1)
  const [next] = (await tick(app)).published
  t.match(next, { algorithm: 'ES256', retires: first, signsFrom: app.clock.now() + hour })
  t.strictSame(await kids(app), [first, next!.kid].sort(), 'published')
  t.strictSame((await tick(app)).published, [], 'once')

  app.clock.advance(hour - 1)
  t.equal(kidOf((await tokens(app, project)).id_token), first, 'not yet signing')
  app.clock.advance(1)
  t.equal(kidOf((await tokens(app, project)).id_token), next!.kid, 'signing')

  app.clock.advance(25 * hour - 1)
  t.ok((await kids(app)).includes(first), 'a day and an hour for its last tokens')
  app.clock.advance(1)
  t.strictSame(await kids(app), [next!.kid], 'out of the JWKS')

  app.clock.advance(7 * day - 1)
  t.strictSame((await tick(app)).deleted, [])
  app.clock.advance(1)
  t.strictSame((await tick(app)).deleted, [first])
  t.strictSame(await stored(app), [next!.kid], 'deleted')
})

t.test('no token can be had that lives longer than a retired key is published', async t => {
  const app = await startApp(t)
  const { expires_in } = await tokens(app, await app.project(), 1_000_000)
  t.ok(expires_in * 1000 <= PUBLISHED_AFTER_SIGNING - hour, 'with an hour for clocks that differ')
})

t.test('a schedule that slept over its moment still publishes before it signs', async t => {
  const app = await startApp(t)
  const project = await app.project()
  const first = kidOf((await tokens(app, project)).id_token)
  app.clock.advance(300 * day)
  const [next] = (await tick(app)).published
  t.equal(next!.signsFrom, app.clock.now() + hour)
  t.equal(kidOf((await tokens(app, project)).id_token), first)
})

t.test('EdDSA and RS256 keys are made when a project first needs them, and rotate likewise', async t => {
  const app = await startApp(t)
  for (const signingAlgorithm of ['EdDSA', 'RS256'] as const) {
    const project = await app.project({ slug: signingAlgorithm.toLowerCase(), signingAlgorithm })
    const verify = cachingClient(app)
    const before = kidOf((await tokens(app, project)).id_token)
    t.equal((await jwks(app)).keys.find(key => key.kid === before)?.alg, signingAlgorithm)
    await rotateSigningKey(
      keyDeps(app),
      app.actor,
      { algorithm: signingAlgorithm, atOnce: false },
      app.clock.now(),
    )
    const { id_token } = await tokens(app, project)
    t.equal(kidOf(id_token), before)
    await verify(project, id_token)
    app.clock.advance(hour)
    const { id_token: later } = await tokens(app, project)
    t.not(kidOf(later), before)
    await verify(project, later)
  }
  app.clock.advance(90 * day)
  const { published } = await tick(app)
  t.strictSame(published.map(key => key.algorithm).sort(), ['ES256', 'EdDSA', 'RS256'])
})

t.test('KEY_ROTATION_DAYS says how long a key signs, and 0 leaves rotation to the operator', async t => {
  const app = await startApp(t, { KEY_ROTATION_DAYS: '7' })
  app.clock.advance(7 * day)
  t.strictSame((await tick(app, 0)).published, [])
  t.equal((await tick(app)).published.length, 1)
  await t.rejects(startApp(t, { KEY_ROTATION_DAYS: 'never' }), /KEY_ROTATION_DAYS .* from 0 to 3650/)
})

t.test('a rotation by hand publishes; a second one is refused while the first waits', async t => {
  const app = await startApp(t)
  const rotate = (atOnce: boolean) =>
    rotateSigningKey(keyDeps(app), app.actor, { algorithm: 'ES256', atOnce }, app.clock.now())
  const next = await rotate(false)
  t.equal(next.signsFrom, app.clock.now() + hour)
  await t.rejects(rotate(false), { code: 'conflict' })
  app.clock.advance(hour)
  t.equal((await rotate(false)).retires, next.kid)
})

t.test(
  'a rotation by hand that cannot wait signs at once, with the key that waits if there is one',
  async t => {
    const app = await startApp(t)
    const project = await app.project()
    const rotate = (atOnce: boolean) =>
      rotateSigningKey(keyDeps(app), app.actor, { algorithm: 'ES256', atOnce }, app.clock.now())
    const signing = async () => kidOf((await tokens(app, project)).id_token)
    const made = await rotate(true)
    t.equal(await signing(), made.kid)
    app.clock.advance(minute)
    const waiting = await rotate(false)
    app.clock.advance(minute)
    t.equal((await rotate(true)).kid, waiting.kid)
    t.equal(await signing(), waiting.kid)
    const before = (await listKeys(app.database.read)).find(key => key.kid === made.kid)
    t.equal(before?.retiredAt, app.clock.now(), 'and the one before it ends now, not in an hour')
    t.equal((await kids(app)).length, 3, 'what both of them signed is still taken')
  },
)

t.test('every step that somebody or the schedule takes is in the audit log', async t => {
  const app = await startApp(t)
  const now = () => app.clock.now()
  app.clock.advance(minute)
  await rotateSigningKey(keyDeps(app), app.actor, { algorithm: 'ES256', atOnce: false }, now())
  app.clock.advance(minute)
  await rotateSigningKey(keyDeps(app), app.actor, { algorithm: 'ES256', atOnce: true }, now())
  app.clock.advance(9 * day)
  await tick(app)
  app.clock.advance(90 * day)
  await tick(app)
  const entries = (await listAudit(app.database.read, 10)).reverse()
  t.strictSame(
    entries.map(({ action, actor }) => `${action} by ${actor.name}`),
    [
      'key.create by gatepass',
      'key.publish by test',
      'key.sign by test',
      'key.delete by gatepass',
      'key.publish by gatepass',
    ],
  )
})

t.test('a clock that is set back does not leave the server without a key', async t => {
  const app = await startApp(t)
  const project = await app.project()
  const signing = async () => kidOf((await tokens(app, project)).id_token)
  const first = await signing()
  app.clock.advance(-hour)
  t.equal(await signing(), first)

  // Nor does it stop a rotation, or bring back a key that was removed.
  const rotation = { algorithm: 'ES256', atOnce: false } as const
  const next = await rotateSigningKey(keyDeps(app), app.actor, rotation, app.clock.now())
  t.equal(await signing(), first)
  app.clock.advance(minute)
  await removeSigningKey(keyDeps(app), app.actor, { kid: first, secretLost: false }, app.clock.now())
  t.equal(await signing(), next.kid)
  app.clock.advance(-minute)
  t.equal(await signing(), next.kid)
})

t.test('another process signs with the same key from the same moment', async t => {
  const app = await startApp(t)
  const { database, wrapping } = keyDeps(app)
  const here = createKeyRing(database, app.clock, wrapping)
  const there = createKeyRing(database, app.clock, wrapping)
  await rotateSigningKey(
    { database, wrapping },
    app.actor,
    { algorithm: 'ES256', atOnce: false },
    app.clock.now(),
  )
  for (const wait of [0, hour - 1, 1, hour]) {
    app.clock.advance(wait)
    t.equal((await here.signingKey('ES256')).kid, (await there.signingKey('ES256')).kid)
  }
})

t.test('a secret that is not that of the server makes no key, of any algorithm', async t => {
  const app = await startApp(t)
  const deps = { ...keyDeps(app), wrapping: Buffer.alloc(32) }
  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    const rotation = rotateSigningKey(deps, app.actor, { algorithm, atOnce: true }, app.clock.now())
    await t.rejects(rotation, /GATEPASS_SECRET is not the one/)
  }
  t.equal((await stored(app)).length, 1)
})
