import t from 'tap'
import { ada, cookieOf, startApp } from '../start-app.ts'

t.test('works', async t => {
  t.test('a pushed reader arrives at the page that they wanted, signed in', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()

    const asked = await gatepass.get(`${acme.siteUrl}/guide?part=2`)
    t.equal(asked.statusCode, 302)
    const login = new URL(asked.headers.location!)
    t.equal(login.origin + login.pathname, acme.loginUrl)
    t.equal(login.searchParams.get('RedirectPath'), '/guide?part=2')

    const pushed = await gatepass.push(acme, { tokenValidity: 20 })
    t.equal(pushed.statusCode, 200)
    const { code, expiresIn, callbackUrl, traceId } = pushed.json()
    t.match(code, /^[A-Za-z0-9_-]{43}$/)
    t.equal(expiresIn, 60)
    t.equal(callbackUrl, `${acme.siteUrl}/jwt/authorize?code=${code}`)

    const arrived = await gatepass.callback(acme, code, { query: '&redirectUrl=/guide?part=2' })
    t.equal(arrived.statusCode, 302)
    t.equal(arrived.headers.location, `${acme.siteUrl}/guide?part=2`)
    t.equal(arrived.headers['referrer-policy'], 'no-referrer')
    const header = [arrived.headers['set-cookie']].flat().find(cookie => cookie!.startsWith('gatepass='))
    t.match(header, /; Max-Age=1200; HttpOnly; SameSite=Lax$/)

    const page = await gatepass.get(`${acme.siteUrl}/guide`, { cookie: cookieOf(arrived, 'gatepass')! })
    t.equal(page.statusCode, 200)
    t.match(page.body, 'Ada Lovelace')

    const steps = await gatepass.attempt(traceId)
    t.same(
      steps.map(step => [step.step, step.outcome, step.reader]),
      [
        ['code', 'passed', ada.emailId],
        ['swap', 'passed', ada.emailId],
      ],
    )
  })
})
