// A key that is compromised is out at once, and so is all that it signed.
import t from 'tap'
import { listAudit } from '../../src/audit/audit-log.ts'
import { createKeyRing } from '../../src/keys/key-ring.ts'
import { keyState } from '../../src/keys/key-schedule.ts'
import { listKeys } from '../../src/keys/key-store.ts'
import { removeSigningKey } from '../../src/keys/remove-key.ts'
import { rotateSigningKey } from '../../src/keys/rotate-key.ts'
import { startApp, type TestApp } from '../start-app.ts'
import { cachingClient, day, hour, keyDeps, kidOf, kids, tick, tokens, userinfoStatus } from './key-deps.ts'

const remove = (app: TestApp, kid: string, secretLost = false) =>
  removeSigningKey(keyDeps(app), app.actor, { kid, secretLost }, app.clock.now())

const rotate = (app: TestApp) =>
  rotateSigningKey(keyDeps(app), app.actor, { algorithm: 'ES256', atOnce: false }, app.clock.now())

const stateOf = async (app: TestApp, kid: string) => {
  const key = (await listKeys(app.database.read)).find(each => each.kid === kid)
  return key && keyState(key, app.clock.now())
}

t.test('the tokens of a removed key are refused at once, and a new key signs', async t => {
  const app = await startApp(t)
  const project = await app.project()
  const stolen = await tokens(app, project)
  const kid = kidOf(stolen.id_token)
  t.equal(await userinfoStatus(app, stolen), 200)

  const { replacement } = await remove(app, kid)
  t.equal(await userinfoStatus(app, stolen), 401)
  t.strictSame(await kids(app), [replacement])
  await t.rejects(cachingClient(app)(project, stolen.id_token), { code: 'ERR_JWKS_NO_MATCHING_KEY' })

  const fresh = await tokens(app, project)
  t.equal(kidOf(fresh.id_token), replacement)
  t.equal(await userinfoStatus(app, fresh), 200)
  await cachingClient(app)(project, fresh.id_token)
})

t.test('a key that waits takes the place of the removed one at once', async t => {
  const app = await startApp(t)
  const project = await app.project()
  const [first] = await kids(app)
  const next = await rotate(app)
  t.equal((await remove(app, first!)).replacement, next.kid)
  t.equal(kidOf((await tokens(app, project)).id_token), next.kid)
  t.strictSame(await kids(app), [next.kid])
})

t.test('where the key that waits is removed, the one before it signs on until its days are over', async t => {
  const app = await startApp(t)
  const project = await app.project()
  const [first] = await kids(app)
  const next = await rotate(app)
  t.equal((await remove(app, next.kid)).replacement, null)
  app.clock.advance(2 * hour)
  t.equal(kidOf((await tokens(app, project)).id_token), first)
  t.strictSame(await kids(app), [first])
  app.clock.advance(90 * day)
  t.match((await tick(app)).published, [{ retires: first }])
})

t.test('where a key that retired is removed, its tokens are refused and nothing else changes', async t => {
  const app = await startApp(t)
  const project = await app.project()
  const old = await tokens(app, project)
  const next = await rotate(app)
  app.clock.advance(hour)
  t.equal(await userinfoStatus(app, old), 200)
  t.equal((await remove(app, kidOf(old.id_token))).replacement, null)
  t.equal(await userinfoStatus(app, old), 401)
  t.strictSame(await kids(app), [next.kid])
})

t.test('a removal is written down, with who did it and what signs now; once', async t => {
  const app = await startApp(t)
  const [first] = await kids(app)
  app.clock.advance(hour)
  const { replacement } = await remove(app, first!)
  const [entry] = await listAudit(app.database.read, 1)
  t.match(entry, {
    action: 'key.remove',
    actor: app.actor,
    target: first,
    detail: { algorithm: 'ES256', state: 'signing', replacement },
  })
  await t.rejects(remove(app, first!), { code: 'not_found' })
  await t.rejects(remove(app, 'nothing'), { code: 'not_found' })
})

t.test('a removed key is listed for a week and then deleted, and never comes back', async t => {
  const app = await startApp(t)
  const project = await app.project()
  const stolen = await tokens(app, project)
  const kid = kidOf(stolen.id_token)
  await remove(app, kid)
  t.equal(await stateOf(app, kid), 'removed')
  app.clock.advance(7 * day - 1)
  t.strictSame((await tick(app)).deleted, [])
  app.clock.advance(1)
  t.strictSame((await tick(app)).deleted, [kid])
  app.clock.advance(-7 * day)
  t.equal(await userinfoStatus(app, stolen), 401, 'not even where the clock goes back')
})

t.test('of several who remove one key at once, one does, and one key replaces it', async t => {
  const app = await startApp(t)
  const [first] = await kids(app)
  const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => remove(app, first!)))
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  t.equal((await kids(app)).length, 1)
  t.equal((await listKeys(app.database.read)).length, 2)
})

t.test('a secret that is not that of the server replaces nothing, unless it is said to be lost', async t => {
  const app = await startApp(t)
  const [first] = await kids(app)
  const { database } = app
  const wrapping = Buffer.alloc(32, 1)
  const removal = (secretLost: boolean) =>
    removeSigningKey({ database, wrapping }, app.actor, { kid: first!, secretLost }, app.clock.now())

  await t.rejects(removal(false), /GATEPASS_SECRET is not the one .* key remove \S+ --secret-lost/)
  t.equal(await stateOf(app, first!), 'signing', 'and it was not removed either')

  const { replacement } = await removal(true)
  const ring = createKeyRing(database, app.clock, wrapping)
  t.equal((await ring.signingKey('ES256')).kid, replacement, 'a server with the new secret starts again')
})
