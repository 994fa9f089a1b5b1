import t from 'tap'
import { createRegistry } from '../../src/projects/registry.ts'
import { revokeSecret, rotateSecret } from '../../src/projects/rotate-secret.ts'
import { createSiteClient } from '../../src/projects/site-clients.ts'
import { startApp, type TestApp, type TestProject } from '../start-app.ts'

async function secretsOf(gatepass: TestApp, project: TestProject) {
  const registry = createRegistry(gatepass.database.read)
  await registry.refresh()
  return registry.client(project.clientId)!.secrets
}

const rotation = { slug: 'acme', kind: 'login', label: 'next' } as const

t.test('works', async t => {
  t.test(
    'a secret is 256 bits behind a prefix; its row has the hash, the last four characters, the label',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      t.match(acme.clientSecret, /^gps_[\w-]{43}$/)
      t.match(acme.clientId, /^login_[0-9a-f]{32}$/)
      t.match(acme.siteClientId, /^site_[0-9a-f]{32}$/)
      const [secret] = await secretsOf(gatepass, acme)
      t.match(secret, {
        label: 'first',
        hint: acme.clientSecret.slice(-4),
        expiresAt: null,
        lastUsedAt: null,
      })
      t.equal(secret!.hash.length, 32)
    },
  )

  t.test('when it was last used is noted, to the minute', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const first = gatepass.clock.now()
    await gatepass.code(acme)
    gatepass.clock.seconds(30)
    await gatepass.code(acme)
    t.equal((await secretsOf(gatepass, acme))[0]!.lastUsedAt, first)
    gatepass.clock.seconds(31)
    await gatepass.code(acme)
    t.equal((await secretsOf(gatepass, acme))[0]!.lastUsedAt, first + 61_000)
  })

  t.test("rotation takes the project's own client, or the one that is named", async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { rules, actor } = gatepass
    gatepass.clock.seconds(1)
    const { clientId } = await createSiteClient(rules, actor, 'acme', { name: 'Wiki' })
    const site = { slug: 'acme', kind: 'site', label: 'next', grace: 0 } as const
    t.equal((await rotateSecret(rules, actor, site)).clientId, acme.siteClientId)
    t.equal((await rotateSecret(rules, actor, { ...site, clientId })).clientId, clientId)
    await t.rejects(rotateSecret(rules, actor, { ...site, clientId: acme.clientId }), { code: 'not_found' })
    const open = await createSiteClient(rules, actor, 'acme', { authMethod: 'none' })
    await t.rejects(rotateSecret(rules, actor, { ...site, clientId: open.clientId }), {
      code: 'invalid_request',
    })
  })

  t.test('rotation retires the old secret now, or after its grace', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const next = await rotateSecret(gatepass.rules, gatepass.actor, { ...rotation, grace: 60_000 })
    t.equal(next.oldValidUntil, gatepass.clock.now() + 60_000)
    const anew = { ...acme, clientSecret: next.clientSecret }
    t.equal((await gatepass.push(acme)).statusCode, 200)
    t.equal((await gatepass.push(anew)).statusCode, 200)
    gatepass.clock.advance(59_999)
    t.equal((await gatepass.push(acme)).statusCode, 200)
    gatepass.clock.advance(1)
    t.equal((await gatepass.push(acme)).statusCode, 401)
    const last = await rotateSecret(gatepass.rules, gatepass.actor, { ...rotation, grace: 0 })
    t.equal((await gatepass.push(anew)).statusCode, 401)
    t.equal((await gatepass.push({ ...acme, clientSecret: last.clientSecret })).statusCode, 200)
  })

  t.test('a grace never makes an old secret live longer than it was to', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await rotateSecret(gatepass.rules, gatepass.actor, { ...rotation, grace: 60_000 })
    await rotateSecret(gatepass.rules, gatepass.actor, { ...rotation, grace: 3_600_000 })
    gatepass.clock.seconds(60)
    t.equal((await gatepass.push(acme)).statusCode, 401)
  })
})

t.test('refuses', async t => {
  t.test('to revoke a secret of another project', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    await gatepass.project({ slug: 'other' })
    const [secret] = await secretsOf(gatepass, acme)
    const input = { slug: 'other', secretId: secret!.id }
    await t.rejects(revokeSecret(gatepass.rules, gatepass.actor, input), { code: 'not_found' })
    t.equal((await gatepass.push(acme)).statusCode, 200)
  })
})
