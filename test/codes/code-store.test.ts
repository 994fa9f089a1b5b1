import t from 'tap'
import { takeCode } from '../../src/codes/code-store.ts'
import { keyOfSecret, newOneTimeSecret } from '../../src/platform/one-time-secret.ts'
import { startApp } from '../start-app.ts'

t.test('resists', async t => {
  t.test(
    'taking a code is one conditional statement: it succeeds once, and never after its time',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      const [first, second] = [await gatepass.code(acme), await gatepass.code(acme)].map(
        code => keyOfSecret(code)!,
      )
      const now = gatepass.clock.now()
      const take = (key: Buffer, at: number) =>
        gatepass.database.write(tx => takeCode(tx, key, newOneTimeSecret(at).key, at))
      t.equal(await take(first!, now), true)
      t.equal(await take(first!, now), false)
      t.equal(await take(first!, now - 3_600_000), false, 'used does not depend on time')
      t.equal(await take(second!, now + 60_000), false)
      t.equal(await take(second!, now + 59_999), true)
    },
  )
})
