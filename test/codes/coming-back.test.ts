import t from 'tap'
import { sha256 } from '../../src/platform/hashing.ts'
import { startApp } from '../start-app.ts'

const challenge = {
  codeChallenge: sha256('the verifier of an attempt that is over').toString('base64url'),
  codeChallengeMethod: 'S256',
}

t.test('a code bound to an attempt that this browser has no longer', async t => {
  t.test('leads on where the same reader is in already, and stays unspent', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme)
    const code = await gatepass.code(acme, challenge)
    const answer = await gatepass.callback(acme, code, { cookie, query: '&redirectUrl=/guide' })
    t.equal(answer.statusCode, 302)
    t.equal(answer.headers.location, `${acme.siteUrl}/guide`)
    t.notOk(answer.headers['set-cookie'], 'no session is opened')
    const page = await gatepass.get(`${acme.siteUrl}/guide`, { cookie })
    t.equal(page.statusCode, 200, 'the session is as it was')
    const verified = await gatepass.swap(acme, code, {
      code_verifier: 'the verifier of an attempt that is over',
    })
    t.equal(verified.statusCode, 200)
  })

  t.test('is refused where another reader is in, or nobody', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme, { emailId: 'ben@example.com' })
    const code = await gatepass.code(acme, challenge)
    t.equal((await gatepass.callback(acme, code, { cookie })).statusCode, 400)
    t.equal((await gatepass.callback(acme, code)).statusCode, 400)
  })

  t.test('is refused where the session of the reader is over', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const cookie = await gatepass.signIn(acme, { tokenValidity: 5 })
    gatepass.clock.advance(5 * 60_000)
    const code = await gatepass.code(acme, challenge)
    t.equal((await gatepass.callback(acme, code, { cookie })).statusCode, 400)
  })
})
