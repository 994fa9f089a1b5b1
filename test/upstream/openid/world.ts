// A project of the standard `openid`, and browsers that sign in to it.
import type { LightMyRequestResponse } from 'fastify'
import type { Test } from 'tap'
import { updateProject } from '../../../src/projects/update-project.ts'
import { Jar } from '../../jar.ts'
import { issuer, startApp, type TestApp, type TestProject } from '../../start-app.ts'
import { addProvider } from '../providers.ts'
import { json, type StandIn, signer, standIn } from '../stand-in.ts'
import { type RealProvider, startRealProvider } from './real-provider.ts'

export const redirectUri = (slug: string, project = 'acme') =>
  `${issuer}/upstream/openid/${project}/${slug}/callback`

/** An app whose project signs readers in by OpenID. */
export async function openidApp(
  t: Test,
  env: Record<string, string> = {},
  more: Parameters<typeof startApp>[2] = {},
) {
  const gatepass = await startApp(t, env, more)
  const acme = await gatepass.project({ standard: 'openid' })
  return { gatepass, acme }
}

export async function switchStandard(
  gatepass: TestApp,
  standard: 'jwt' | 'openid' | 'saml' | 'accounts',
): Promise<void> {
  await updateProject(gatepass.rules, gatepass.actor, 'acme', { standard })
}

/** The same with the certified provider, whose clock is the system's, so that ours is too. */
export async function withRealProvider(
  t: Test,
  settings: Record<string, unknown> = {},
  client: Record<string, unknown> = {},
  more: { inIdToken?: boolean } = {},
) {
  const { gatepass, acme } = await openidApp(t)
  gatepass.clock.advance(Date.now() - gatepass.clock.now())
  const provider = await startRealProvider(t, { redirectUri: () => redirectUri('staff'), client, ...more })
  const all = { issuer: provider.issuer, clientId: provider.clientId, ...settings }
  const secret = client.token_endpoint_auth_method === 'none' ? {} : { secret: provider.secret }
  await addProvider(gatepass, acme, 'oidc', all, { slug: 'staff', ...secret })
  return { gatepass, acme, provider }
}

/** From a page of the site to the provider. @returns where the browser is sent. */
export async function leave(jar: Jar, project: TestProject, path = '/docs/x'): Promise<string> {
  const atSite = await jar.get(`${project.siteUrl}${path}`)
  const start = await jar.get(String(atSite.headers.location))
  if (start.statusCode !== 303) throw new Error(`not sent away: ${start.statusCode} ${start.body}`)
  return String(start.headers.location)
}

/** The whole way, to the page that was wanted. */
export async function signInBy(
  gatepass: TestApp,
  project: TestProject,
  provider: RealProvider,
  jar = new Jar(gatepass.app),
): Promise<{ jar: Jar; answer: LightMyRequestResponse; back: string; returned: LightMyRequestResponse }> {
  const back = await provider.visit(await leave(jar, project))
  const returned = await jar.get(back)
  const answer = returned.statusCode === 303 ? await jar.get(String(returned.headers.location)) : returned
  return { jar, answer, back, returned }
}

/** A provider that says whatever a test wants it to. */
export interface Puppet {
  readonly server: StandIn
  readonly issuer: string
  /** Added to, and in the place of, what its discovery says. */
  readonly discovery: Record<string, unknown>
  readonly keys: Awaited<ReturnType<typeof signer>>
  /** Added to the claims of the next ID tokens; undefined takes one away. */
  claims: Record<string, unknown>
  userinfo: Record<string, unknown>
  /** In the place of the signed ID token. */
  idToken: ((claims: Record<string, unknown>) => Promise<string> | string) | undefined
  /** Comes back from the provider as its user, with a query of one's own beside code and state. */
  comeBack(
    jar: Jar,
    sentTo: string,
    more?: Record<string, string | undefined>,
  ): Promise<LightMyRequestResponse>
}

export async function startPuppet(
  t: Test,
  gatepass: TestApp,
  project: TestProject,
  settings: Record<string, unknown> = {},
  slug = 'staff',
): Promise<Puppet> {
  const keys = await signer(gatepass.clock, 'ES256')
  const sent: { nonce?: string | null } = {}
  const server = await standIn(t, async ({ path }, response) => {
    if (path === '/.well-known/openid-configuration') {
      return json(response, 200, {
        issuer: made.issuer,
        jwks_uri: `${made.issuer}/keys`,
        authorization_endpoint: `${made.issuer}/auth`,
        token_endpoint: `${made.issuer}/token`,
        userinfo_endpoint: `${made.issuer}/userinfo`,
        id_token_signing_alg_values_supported: ['ES256', 'HS256', 'RS256', 'none'],
        authorization_response_iss_parameter_supported: true,
        ...made.discovery,
      })
    }
    if (path === '/keys') return json(response, 200, keys.jwks())
    if (path === '/userinfo') return json(response, 200, made.userinfo)
    if (path !== '/token') return json(response, 404, {})
    const usual = {
      iss: made.issuer,
      aud: 'portal',
      sub: 'u1',
      nonce: sent.nonce,
      email: 'ada@example.com',
      email_verified: true,
      given_name: 'Ada',
      ...made.claims,
    }
    const idToken = await (made.idToken ?? (claims => keys.sign(claims)))(usual)
    return json(response, 200, { access_token: 'at', token_type: 'Bearer', id_token: idToken })
  })
  const made: Puppet = {
    server,
    issuer: server.url,
    discovery: {},
    keys,
    claims: {},
    userinfo: { sub: 'u1' },
    idToken: undefined,
    async comeBack(jar, sentTo, more = {}) {
      const asked = new URL(sentTo).searchParams
      sent.nonce = asked.get('nonce')
      const url = new URL(asked.get('redirect_uri')!)
      const answer = { code: 'the-code', state: asked.get('state')!, iss: made.issuer, ...more }
      for (const [name, value] of Object.entries(answer))
        if (value !== undefined) url.searchParams.set(name, value)
      return await jar.get(url.href)
    },
  }
  await addProvider(
    gatepass,
    project,
    'oidc',
    { issuer: made.issuer, clientId: 'portal', ...settings },
    { slug, secret: 'puppet secret' },
  )
  return made
}
