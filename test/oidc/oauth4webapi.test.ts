// Another stranger's program, oauth4webapi from npm as it is, step by step, with the checks that it makes of its own.
import * as oauth from 'oauth4webapi'
import t from 'tap'
import { issuer, startApp, type TestApp } from '../start-app.ts'
import { allScopes, browser, fetchFrom, redirectUri, register, signedOutUri, signInThrough } from './world.ts'

const url = new URL(issuer)

/** The library, led to the app, with the time of the app's clock. */
function options(gatepass: TestApp) {
  return { [oauth.allowInsecureRequests]: true, [oauth.customFetch]: fetchFrom(gatepass) as never }
}

t.test('works', async t => {
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    t.test(`everything after discovery as ${algorithm}`, async t => {
      const gatepass = await startApp(t)
      gatepass.clock.advance(Date.now() - gatepass.clock.now())
      const acme = await gatepass.project()
      const made = await register(gatepass, acme)
      const via = options(gatepass)
      const as = await oauth.processDiscoveryResponse(
        url,
        await oauth.discoveryRequest(url, { algorithm, ...via }),
      )
      const client = { client_id: made.clientId }
      const auth = oauth.ClientSecretPost(made.clientSecret!)
      const verifier = oauth.generateRandomCodeVerifier()
      const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
      const parameters = {
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: allScopes,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      }
      const pushed = await oauth.processPushedAuthorizationResponse(
        as,
        client,
        await oauth.pushedAuthorizationRequest(as, client, auth, parameters, via),
      )
      const start = new URL(as.authorization_endpoint!)
      start.search = String(
        new URLSearchParams({ client_id: made.clientId, request_uri: pushed.request_uri }),
      )
      const tab = browser(gatepass)
      const answer = await signInThrough(gatepass, acme, start, tab)
      // Throws where state or iss (RFC 9207) is missing or wrong.
      const callback = oauth.validateAuthResponse(as, client, answer, state)
      const response = await oauth.authorizationCodeGrantRequest(
        as,
        client,
        auth,
        callback,
        redirectUri,
        verifier,
        via,
      )
      const tokens = await oauth.processAuthorizationCodeResponse(as, client, response, {
        expectedNonce: nonce,
        requireIdToken: true,
      })
      await oauth.validateApplicationLevelSignature(as, response, via)
      const { sub, sid } = oauth.getValidatedIdTokenClaims(tokens)!
      t.type(sid, 'string')

      const info = await oauth.processUserInfoResponse(
        as,
        client,
        sub,
        await oauth.userInfoRequest(as, client, tokens.access_token, via),
      )
      t.match(info, { sub, name: 'Ada Lovelace', email: 'ada@example.com', groups: [] })

      // The access token is an RFC 9068 one, which any resource server can check by itself.
      const access = await oauth.validateJwtAccessToken(
        as,
        new Request('https://api.example', { headers: { authorization: `Bearer ${tokens.access_token}` } }),
        issuer,
        via,
      )
      t.match(access, { sub, client_id: made.clientId, scope: allScopes })

      const introspected = await oauth.processIntrospectionResponse(
        as,
        client,
        await oauth.introspectionRequest(as, client, auth, tokens.refresh_token!, via),
      )
      t.match(introspected, { active: true, client_id: made.clientId, sub })

      const refreshed = await oauth.processRefreshTokenResponse(
        as,
        client,
        await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token!, via),
      )
      t.type(refreshed.refresh_token, 'string')
      const revoked = await oauth.revocationRequest(as, client, auth, refreshed.refresh_token!, via)
      t.equal(await oauth.processRevocationResponse(revoked), undefined)
      t.equal((await gatepass.userinfo(refreshed.access_token)).statusCode, 401)

      const end = new URL(as.end_session_endpoint!)
      end.searchParams.set('id_token_hint', tokens.id_token!)
      end.searchParams.set('post_logout_redirect_uri', signedOutUri)
      t.equal((await tab.go(end)).url.href, signedOutUri)
    })
  }
})

t.test('refuses', async t => {
  t.test('a code once it was used, and then also what it had opened', async t => {
    const gatepass = await startApp(t)
    gatepass.clock.advance(Date.now() - gatepass.clock.now())
    const acme = await gatepass.project()
    const made = await register(gatepass, acme)
    const via = options(gatepass)
    const as = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, via))
    const client = { client_id: made.clientId }
    const auth = oauth.ClientSecretBasic(made.clientSecret!)
    const start = new URL(as.authorization_endpoint!)
    const verifier = oauth.generateRandomCodeVerifier()
    start.search = String(
      new URLSearchParams({
        client_id: made.clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope: 'openid',
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }),
    )
    const answer = await signInThrough(gatepass, acme, start)
    const callback = oauth.validateAuthResponse(as, client, answer, oauth.expectNoState)
    const grant = () =>
      oauth.authorizationCodeGrantRequest(as, client, auth, callback, redirectUri, verifier, via)
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, await grant())
    const again = await grant()
    const refusal = oauth.processAuthorizationCodeResponse(as, client, again)
    t.match(await refusal.catch(error => error), { error: 'invalid_grant' })
    t.equal((await gatepass.userinfo(tokens.access_token)).statusCode, 401)
  })
})
