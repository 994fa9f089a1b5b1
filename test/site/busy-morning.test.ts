import t from 'tap'
import { startApp } from '../start-app.ts'

t.test('works', async t => {
  t.test('a whole office behind one address opens the site in one minute, and everybody gets in', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (let reader = 0; reader < 100; reader++) {
      t.equal((await gatepass.get(`${acme.siteUrl}/guide`)).statusCode, 302)
    }
    const arrived = await gatepass.callback(acme, await gatepass.code(acme))
    t.equal(arrived.statusCode, 302)
  })
})
