// What one node does holds on the other: two apps on one PostgreSQL database. `npm run failover` kills them.
import { setTimeout as delay } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { administratorGuesses } from '../../src/administrators/administrator-guesses.ts'
import { SETTINGS_AGE } from '../../src/db/settings-memory.ts'
import { takeGuess } from '../../src/passwords/guess-limits.ts'
import { rotateSecret } from '../../src/projects/rotate-secret.ts'
import { updateProject } from '../../src/projects/update-project.ts'
import { copyTemplate, prepareTemplate, startPostgres } from '../postgres.ts'
import { startApp, type TestApp, type TestProject } from '../start-app.ts'

const server = await startPostgres()
await prepareTemplate(server.url)
t.teardown(() => server.stop())

/** What docs/postgresql.md promises, in milliseconds. */
const STATED = 1_000

/** Two nodes that know the same project. */
async function startTwo(t: Test): Promise<{ one: TestApp; two: TestApp; acme: TestProject }> {
  const env = {
    DATABASE_URL: await copyTemplate(server.url),
    GATEPASS_SECRET: 'a-secret-for-tests-of-32-characters',
  }
  const [one, two] = [await startApp(t, env), await startApp(t, env)]
  const acme = await one.project()
  await delay(SETTINGS_AGE)
  return { one, two, acme }
}

/** Asks until it is so. @returns milliseconds since the change. */
async function untilHolds(changed: number, isSo: () => Promise<boolean>): Promise<number> {
  while (!(await isSo())) {
    if (performance.now() - changed > 10_000) throw new Error('it never held on the other node')
    await delay(20)
  }
  return performance.now() - changed
}

t.test('works', async t => {
  t.test('a code of one node opens a session at the other, and both know it', async t => {
    const { one, two, acme } = await startTwo(t)
    const arrived = await two.callback(acme, await one.code(acme))
    t.equal(arrived.statusCode, 302)
    const cookie = String(arrived.headers['set-cookie']).split(';')[0]!
    for (const node of [one, two]) {
      t.equal((await node.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
    }
    const { access_token: token } = (await one.swap(acme, await two.code(acme))).json()
    t.equal((await two.userinfo(token)).statusCode, 200, 'signed by one, verified by the other')
  })

  t.test('whoever signs off at one is out at the other, at once', async t => {
    const { one, two, acme } = await startTwo(t)
    const cookie = await one.signIn(acme)
    t.equal((await two.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 200)
    t.equal((await one.get(`${acme.siteUrl}/logout`, { cookie })).statusCode, 302)
    t.equal((await two.get(`${acme.siteUrl}/gate/userinfo`, { cookie })).statusCode, 401)
  })

  t.test('settings that are changed at one hold at the other within a second', async t => {
    const { one, two, acme } = await startTwo(t)
    t.equal((await two.push(acme)).statusCode, 200)
    let changed = performance.now()
    await updateProject(one.rules, one.actor, acme.slug, { jwtEnabled: false })
    let took = await untilHolds(changed, async () => (await two.push(acme)).statusCode === 403)
    t.ok(took < STATED, `JWT SSO was off after ${Math.round(took)} ms`)

    changed = performance.now()
    await updateProject(two.rules, two.actor, acme.slug, { jwtEnabled: true })
    took = await untilHolds(changed, async () => (await one.push(acme)).statusCode === 200)
    t.ok(took < STATED, `and on again after ${Math.round(took)} ms`)
  })
})

t.test('resists', async t => {
  t.test('guesses at passwords are counted over both', async t => {
    const { one, two } = await startTwo(t)
    const guess = (node: TestApp) =>
      takeGuess(
        node.database,
        { of: administratorGuesses, account: 'ada@example.com', address: '192.0.2.1', at: 'password' },
        node.clock.now(),
      ).then(
        () => 'looked at',
        error => String(error.code),
      )
    for (let round = 0; round < 5; round++) {
      for (const node of [one, two]) t.equal(await guess(node), 'looked at')
    }
    for (const node of [one, two]) t.equal(await guess(node), 'slow_down')
  })

  t.test('a secret that was replaced at one is of no use at the other within a second', async t => {
    const { one, two, acme } = await startTwo(t)
    t.equal((await two.push(acme)).statusCode, 200)
    const changed = performance.now()
    await rotateSecret(one.rules, one.actor, { slug: acme.slug, kind: 'login', label: 'new', grace: 0 })
    const took = await untilHolds(changed, async () => (await two.push(acme)).statusCode === 401)
    t.ok(took < STATED, `after ${Math.round(took)} ms`)
  })
})
