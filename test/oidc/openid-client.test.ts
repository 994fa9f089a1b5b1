// A stranger's program, openid-client from npm as it is, signs readers in.
import { exportJWK, generateKeyPair } from 'jose'
import * as client from 'openid-client'
import t from 'tap'
import { ada, issuer, startApp } from '../start-app.ts'
import { allScopes, browser, redirectUri, relyingParty, signedOutUri, signInThrough } from './world.ts'

type Party = Awaited<ReturnType<typeof relyingParty>>

/** A request with everything that the library can bind to it, and what checks the answer. */
async function begin({ config }: Party, more: Record<string, string> = {}) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const parameters = {
    redirect_uri: redirectUri,
    scope: allScopes,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  }
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  return { parameters, checks, url: client.buildAuthorizationUrl(config, parameters) }
}

t.test('works', async t => {
  t.test('code flow with PKCE, nonce, state and iss through an unmodified login endpoint', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const party = await relyingParty(gatepass, acme)
    const { config } = party
    const { url, checks } = await begin(party)
    const answer = await signInThrough(gatepass, acme, url)
    t.equal(answer.searchParams.get('iss'), issuer)
    const tokens = await client.authorizationCodeGrant(config, answer, checks)
    t.match(tokens.claims(), { name: 'Ada Lovelace', email: ada.emailId, nonce: checks.expectedNonce })
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub)
    t.equal(info.email, ada.emailId)

    const introspected = await client.tokenIntrospection(config, tokens.access_token)
    t.match(introspected, { active: true, client_id: party.clientId, sub: tokens.claims()!.sub, iss: issuer })
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!)
    t.not(refreshed.refresh_token, tokens.refresh_token)
    t.equal(refreshed.claims()!.sub, tokens.claims()!.sub)
    await client.tokenRevocation(config, refreshed.access_token)
    for (const token of [tokens.access_token, refreshed.access_token, refreshed.refresh_token!])
      t.equal((await client.tokenIntrospection(config, token)).active, false)
  })

  t.test('discovery at both addresses, ID tokens signed as each client wishes', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const algorithm of ['ES256', 'EdDSA', 'RS256'] as const) {
      const party = await relyingParty(gatepass, acme, { idTokenAlgorithm: algorithm })
      // The library checks the signature too, against the published keys.
      client.enableNonRepudiationChecks(party.config)
      const { url, checks } = await begin(party)
      const tokens = await client.authorizationCodeGrant(
        party.config,
        await signInThrough(gatepass, acme, url),
        checks,
      )
      const [header = ''] = tokens.id_token!.split('.')
      t.equal(JSON.parse(Buffer.from(header, 'base64url').toString()).alg, algorithm)
    }
  })

  t.test('client_secret_basic, client_secret_post, private_key_jwt, and PKCE alone', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }] }
    const parties = [
      await relyingParty(gatepass, acme, {}, secret => client.ClientSecretBasic(secret)),
      await relyingParty(gatepass, acme, {}, secret => client.ClientSecretPost(secret)),
      await relyingParty(gatepass, acme, { authMethod: 'private_key_jwt', jwks }, () =>
        client.PrivateKeyJwt(
          { key: privateKey, kid: 'one' },
          {
            [client.modifyAssertion](_, claims) {
              // The library's own clock is the machine's.
              const now = Math.floor(gatepass.clock.now() / 1000)
              Object.assign(claims, { iat: now, nbf: now, exp: now + 60 })
            },
          },
        ),
      ),
      await relyingParty(gatepass, acme, { authMethod: 'none' }),
    ]
    for (const party of parties) {
      const { url, checks } = await begin(party)
      const answer = await signInThrough(gatepass, acme, url)
      const tokens = await client.authorizationCodeGrant(party.config, answer, checks)
      const refreshed = await client.refreshTokenGrant(party.config, tokens.refresh_token!)
      t.equal(refreshed.claims()!.sub, tokens.claims()!.sub)
      await client.tokenRevocation(party.config, refreshed.access_token)
      t.equal((await gatepass.userinfo(refreshed.access_token)).statusCode, 401)
    }
  })

  t.test('a request that was pushed before (PAR), also one of a public client', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    for (const settings of [{}, { authMethod: 'none' as const }]) {
      const party = await relyingParty(gatepass, acme, settings)
      const { parameters, checks } = await begin(party)
      const url = await client.buildAuthorizationUrlWithPAR(party.config, parameters)
      t.same([...url.searchParams.keys()].sort(), ['client_id', 'request_uri'])
      const answer = await signInThrough(gatepass, acme, url)
      const tokens = await client.authorizationCodeGrant(party.config, answer, checks)
      t.equal(tokens.claims()!.email, ada.emailId)
    }
  })

  t.test('prompt=none: login_required before the sign-in, an answer without one after it', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const party = await relyingParty(gatepass, acme)
    const tab = browser(gatepass)
    const silent = await begin(party, { prompt: 'none' })
    const answer = await signInThrough(gatepass, acme, silent.url, tab)
    const refusal = client.authorizationCodeGrant(party.config, answer, silent.checks)
    t.match(await refusal.catch(error => error), { error: 'login_required' })
    const loud = await begin(party)
    await client.authorizationCodeGrant(
      party.config,
      await signInThrough(gatepass, acme, loud.url, tab),
      loud.checks,
    )
    const again = await begin(party, { prompt: 'none' })
    const { url } = await tab.go(again.url)
    t.ok((await client.authorizationCodeGrant(party.config, url, again.checks)).claims())
  })

  t.test('max_age: a session that is young enough answers, an older one signs in again', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const party = await relyingParty(gatepass, acme)
    const tab = browser(gatepass)
    const signedIn = async (maxAge: number) => {
      const { url, checks } = await begin(party, { max_age: String(maxAge) })
      const wentToLogin = (await tab.go(url)).url.href.startsWith(acme.loginUrl)
      const next = await begin(party, { max_age: String(maxAge) })
      const answer = await signInThrough(gatepass, acme, wentToLogin ? next.url : url, tab)
      const tokens = await client.authorizationCodeGrant(party.config, answer, {
        ...(wentToLogin ? next.checks : checks),
        maxAge,
      })
      return { wentToLogin, authTime: tokens.claims()!.auth_time! }
    }
    const first = await signedIn(10_000)
    t.equal(first.wentToLogin, true)
    gatepass.clock.seconds(5)
    t.same(await signedIn(10_000), { wentToLogin: false, authTime: first.authTime })
    t.same(await signedIn(1), { wentToLogin: true, authTime: first.authTime + 5 })
  })

  t.test('end session: signed out here, and back at the address with its state', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const party = await relyingParty(gatepass, acme)
    const tab = browser(gatepass)
    const { url, checks } = await begin(party)
    const answer = await signInThrough(gatepass, acme, url, tab)
    const tokens = await client.authorizationCodeGrant(party.config, answer, checks)
    const end = client.buildEndSessionUrl(party.config, {
      id_token_hint: tokens.id_token!,
      post_logout_redirect_uri: signedOutUri,
      state: 'bye',
    })
    const gone = await tab.go(end)
    t.equal(gone.url.href, `${signedOutUri}?state=bye`)
    t.equal((await gatepass.userinfo(tokens.access_token)).statusCode, 401)
    const silent = await begin(party, { prompt: 'none' })
    t.equal((await tab.go(silent.url)).url.searchParams.get('error'), 'login_required')
  })
})
