import * as client from 'openid-client'
import t from 'tap'
import type { ClientSettings } from '../../src/projects/site-clients.ts'
import { deliveryOf, readLogoutToken, startRelyingParty } from '../relying-party.ts'
import { startApp } from '../start-app.ts'
import { browser, redirectUri, relyingParty, signInThrough } from './world.ts'

t.test('works', async t => {
  t.test('one sign-in opens two applications, and a sign-out of either site is told to both', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const tab = browser(gatepass)
    const sites = [await startRelyingParty(t), await startRelyingParty(t)]
    const signIn = async (settings: ClientSettings, prompt?: string) => {
      const { config, clientId } = await relyingParty(gatepass, acme, settings)
      const verifier = client.randomPKCECodeVerifier()
      const url = client.buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        scope: 'openid',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(prompt && { prompt }),
      })
      const answer = await signInThrough(gatepass, acme, url, tab)
      const tokens = await client.authorizationCodeGrant(config, answer, { pkceCodeVerifier: verifier })
      return { clientId, sid: tokens.claims()!.sid }
    }
    // The second one wants a sign-in of its own, as some do: it is still the same browser and reader.
    const first = await signIn({ backchannelLogoutUri: sites[0]!.uri })
    gatepass.clock.seconds(5)
    const second = await signIn({ backchannelLogoutUri: sites[1]!.uri }, 'login')

    await tab.go(`${acme.siteUrl}/logout`, () => false)
    await deliveryOf(gatepass).deliverDue()
    for (const [index, opened] of [first, second].entries()) {
      const tokens = sites[index]!.tokens()
      t.equal(tokens.length, 1)
      const { claims } = await readLogoutToken(gatepass, tokens[0]!, opened.clientId)
      t.equal(claims.sid, opened.sid)
    }
  })
})
