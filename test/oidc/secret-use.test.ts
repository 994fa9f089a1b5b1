import t from 'tap'
import { createRegistry } from '../../src/projects/registry.ts'
import { startApp } from '../start-app.ts'

t.test('works', async t => {
  t.test('a swap shows in the last use of the secret that the site proved itself with', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    t.equal((await gatepass.swap(acme, await gatepass.code(acme))).statusCode, 200)

    const registry = createRegistry(gatepass.database.read)
    await registry.refresh()
    t.equal(registry.client(acme.siteClientId)!.secrets[0]!.lastUsedAt, gatepass.clock.now())
  })
})
