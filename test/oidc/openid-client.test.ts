// A stranger's program, openid-client from npm as it is, signs readers in.
import * as client from 'openid-client'
import t from 'tap'
import { type ClientSettings, createSiteClient } from '../../src/projects/site-clients.ts'
import { deliveryOf, readLogoutToken, startRelyingParty } from '../relying-party.ts'
import { ada, startApp, type TestApp, type TestProject } from '../start-app.ts'

const redirectUri = 'https://kb.example/callback'

/** openid-client talks to the app through its `fetch` hook; the issuer is never reached over the network. */
export async function relyingParty(gatepass: TestApp, project: TestProject, settings: ClientSettings = {}) {
  const deps = { database: gatepass.database, clock: gatepass.clock }
  const made = await createSiteClient(deps, gatepass.actor, project.slug, {
    redirectUris: [redirectUri],
    ...settings,
  })
  const customFetch: client.CustomFetch = async (url, options) => {
    const answer = await gatepass.app.inject({
      method: options.method as 'GET' | 'POST',
      url,
      headers: Object.fromEntries(new Headers(options.headers).entries()),
      ...(options.body != null && { payload: String(options.body) }),
    })
    const headers = Object.entries(answer.headers).map(
      ([name, value]) => [name, String(value)] as [string, string],
    )
    return new Response(answer.statusCode === 204 ? null : answer.body, {
      status: answer.statusCode,
      headers,
    })
  }
  const config = await client.discovery(
    new URL(gatepass.config.issuer),
    made.clientId,
    undefined,
    made.clientSecret === null ? client.None() : client.ClientSecretBasic(made.clientSecret),
    { execute: [client.allowInsecureRequests], [client.customFetch]: customFetch },
  )
  // The test clock stands elsewhere than the machine's.
  ;(config as unknown as Record<symbol, number>)[client.clockSkew] = Math.round(
    (gatepass.clock.now() - Date.now()) / 1000,
  )
  return { config, clientId: made.clientId, clientSecret: made.clientSecret }
}

/** A browser: cookies by host, redirects followed until `stopAt`. */
export function browser(gatepass: TestApp) {
  const jars = new Map<string, Map<string, string>>()
  return {
    async go(start: string, stopAt: (url: URL) => boolean) {
      let url = new URL(start)
      for (let hop = 0; hop < 10; hop++) {
        if (stopAt(url)) return { url, answer: undefined }
        const jar = jars.get(url.host) ?? new Map()
        jars.set(url.host, jar)
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
        const answer = await gatepass.app.inject({ url: url.href, headers: cookie ? { cookie } : {} })
        for (const header of [answer.headers['set-cookie'] ?? []].flat()) {
          const [pair = ''] = header.split(';')
          const [name = '', value = ''] = pair.split('=')
          if (/Max-Age=0/.test(header)) jar.delete(name)
          else jar.set(name, value)
        }
        if (answer.statusCode < 300 || answer.statusCode >= 400) return { url, answer }
        url = new URL(answer.headers.location!, url)
      }
      throw new Error(`redirected in circles, at last to ${url.href}`)
    },
  }
}

/** The whole way of a browser through an unmodified login endpoint that pushes `ada`. */
export async function signInThrough(
  gatepass: TestApp,
  project: TestProject,
  url: URL,
  tab = browser(gatepass),
) {
  const isLogin = (at: URL) => at.href.startsWith(project.loginUrl)
  const isAnswer = (at: URL) => at.href.startsWith(redirectUri)
  const first = await tab.go(url.href, at => isLogin(at) || isAnswer(at))
  if (isAnswer(first.url)) return first.url
  const landing = first.url.searchParams.get('RedirectPath')!
  const code = await gatepass.code(project)
  const callback = `${project.siteUrl}/jwt/authorize?code=${code}&redirectUrl=${encodeURIComponent(landing)}`
  return (await tab.go(callback, isAnswer)).url
}

t.test('works', async t => {
  t.test('code flow with PKCE, nonce and state through an unmodified login endpoint', async t => {
    const gatepass = await startApp(t)
    const acme = await gatepass.project()
    const { config } = await relyingParty(gatepass, acme)
    const verifier = client.randomPKCECodeVerifier()
    const [state, nonce] = [client.randomState(), client.randomNonce()]
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid profile email groups offline_access',
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
      nonce,
    })
    const answer = await signInThrough(gatepass, acme, url)
    const tokens = await client.authorizationCodeGrant(config, answer, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    })
    t.match(tokens.claims(), { name: 'Ada Lovelace', email: ada.emailId, nonce })
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub)
    t.equal(info.email, ada.emailId)

    const introspected = await client.tokenIntrospection(config, tokens.access_token)
    t.equal(introspected.active, true)
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!)
    t.not(refreshed.refresh_token, tokens.refresh_token)
    await client.tokenRevocation(config, refreshed.access_token)
    t.equal((await client.tokenIntrospection(config, tokens.access_token)).active, false)
  })

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
