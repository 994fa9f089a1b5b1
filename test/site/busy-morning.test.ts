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

  t.test(
    'somebody who makes codes up is slowed down, and a colleague at the same address is not',
    async t => {
      const gatepass = await startApp(t)
      const acme = await gatepass.project()
      for (let guess = 0; guess < 60; guess++) {
        t.equal((await gatepass.callback(acme, `made-up-${guess}`)).statusCode, 400)
      }
      t.equal((await gatepass.callback(acme, 'made-up-61')).statusCode, 429)
      t.equal((await gatepass.callback(acme, await gatepass.code(acme))).statusCode, 302)
    },
  )
})
