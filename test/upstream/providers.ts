// Local Google, Facebook, GitHub and an OpenID issuer: their wire as their public documentation has it.
import { createHmac } from 'node:crypto'
import type { Test } from 'tap'
import type { ProviderKind } from '../../src/db/tables.ts'
import { wrappingKey } from '../../src/keys/wrap.ts'
import { createRegistry } from '../../src/projects/registry.ts'
import { createIdentityProvider } from '../../src/upstream/manage-identity-providers.ts'
import { basic, type TestApp, type TestProject } from '../start-app.ts'
import { json, signer, standIn } from './stand-in.ts'

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
export const JWT = 'urn:ietf:params:oauth:token-type:jwt'

/** Makes an identity provider of a project by the rule behind console and command line. */
export async function addProvider(
  gatepass: TestApp,
  { slug: projectSlug }: TestProject,
  kind: ProviderKind,
  settings: Record<string, unknown>,
  more: { slug?: string; secret?: string } = {},
) {
  const { database, clock, config, actor } = gatepass
  const registry = createRegistry(database.read)
  await registry.refresh()
  const project = registry.projects().find(each => each.slug === projectSlug)!
  const { slug = kind, secret } = more
  const deps = { database, clock, wrapping: wrappingKey(config.secret) }
  return await createIdentityProvider(deps, actor, project, { kind, slug, name: kind, settings, secret })
}

/** Brings a provider's token to the token endpoint, as the site client. */
export function exchange(
  gatepass: TestApp,
  project: TestProject,
  token: string,
  form: Record<string, string> = {},
) {
  return gatepass.token(
    {
      grant_type: EXCHANGE,
      subject_token: token,
      subject_token_type: ID_TOKEN,
      subject_issuer: 'google',
      ...form,
    },
    { authorization: basic(project.siteClientId, project.siteClientSecret) },
  )
}

export const googleAda = {
  iss: 'https://accounts.google.com',
  aud: 'acme.apps.googleusercontent.com',
  azp: 'acme.apps.googleusercontent.com',
  sub: '110169484474386276334',
  email: 'ada@example.com',
  email_verified: true,
  name: 'Ada Lovelace',
  given_name: 'Ada',
  family_name: 'Lovelace',
  picture: 'https://lh3.googleusercontent.com/a/x',
}

export async function startGoogle(t: Test, gatepass: TestApp, project: TestProject, more: object = {}) {
  const keys = await signer(gatepass.clock)
  const server = await standIn(t, (_, response) => json(response, 200, keys.jwks()))
  const jwksUri = `${server.url}/oauth2/v3/certs`
  await addProvider(gatepass, project, 'google', { clientIds: [googleAda.aud], jwksUri, ...more })
  return { server, ...keys }
}

export const fbAda = { id: '10158', name: 'Ada Lovelace', email: 'ada@example.com' }

/** Facebook's Graph API, and the keys of its Limited Login. */
export async function startFacebook(t: Test, gatepass: TestApp, project: TestProject, more: object = {}) {
  const keys = await signer(gatepass.clock)
  const [appId, secret] = ['4711', 'facebook app secret']
  const tokens: Record<string, Record<string, unknown>> = {
    EAAgood: {
      app_id: appId,
      type: 'USER',
      is_valid: true,
      user_id: fbAda.id,
      expires_at: 0,
      scopes: ['email'],
    },
  }
  const server = await standIn(t, ({ path, query }, response) => {
    if (path === '/jwks') return json(response, 200, keys.jwks())
    const failed = (code: number, message: string) =>
      json(response, 400, { error: { message, type: 'OAuthException', code, fbtrace_id: 'A' } })
    if (path === '/debug_token') {
      if (query.get('access_token') !== `${appId}|${secret}`)
        return failed(190, 'Invalid OAuth access token signature.')
      const known = tokens[query.get('input_token')!]
      const unknown = {
        error: { code: 190, message: 'Cannot parse access token' },
        is_valid: false,
        scopes: [],
      }
      if (known && known.app_id !== appId)
        return failed(100, '(#100) The App_id in the input_token did not match the Viewing App')
      return json(response, 200, { data: known ?? unknown })
    }
    const token = query.get('access_token') ?? ''
    const proof = createHmac('sha256', secret).update(token).digest('hex')
    if (!tokens[token] || query.get('appsecret_proof') !== proof) return failed(190, 'Invalid')
    return json(response, 200, fbAda)
  })
  const settings = { appId, graphUrl: server.url, jwksUri: `${server.url}/jwks`, ...more }
  await addProvider(gatepass, project, 'facebook', settings, { secret })
  return { server, tokens, appId, secret, ...keys }
}

export const octocat = {
  login: 'octocat',
  id: 583231,
  type: 'User',
  name: 'The Octocat',
  email: 'public@example.com',
}
export const octocatEmails = [
  { email: 'old@example.com', primary: false, verified: true, visibility: null },
  { email: 'octocat@example.com', primary: true, verified: true, visibility: 'private' },
]

export async function startGitHub(t: Test, gatepass: TestApp, project: TestProject) {
  const [clientId, secret] = ['Iv1.8a61f9b3a7aba766', 'github client secret']
  const state = {
    emails: octocatEmails as unknown,
    emailsStatus: 200,
    app: clientId,
    user: octocat as { id: number },
  }
  const server = await standIn(t, ({ method, path, headers, body }, response) => {
    const failed = (status: number, message: string) =>
      json(response, status, { message, documentation_url: 'https://docs.github.com/rest' })
    if (path === `/applications/${clientId}/token` && method === 'POST') {
      if (headers.authorization !== basic(clientId, secret)) return failed(401, 'Bad credentials')
      const { access_token: token } = JSON.parse(body)
      if (token !== 'gho_good') return failed(404, 'Not Found')
      const app = { client_id: state.app, name: 'Acme', url: 'https://acme.example' }
      return json(response, 200, {
        id: 1,
        token,
        app,
        user: octocat,
        scopes: ['user:email'],
        expires_at: null,
      })
    }
    if (headers.authorization !== 'Bearer gho_good') return failed(401, 'Bad credentials')
    if (path === '/user') return json(response, 200, state.user)
    if (path === '/user/emails') return json(response, state.emailsStatus, state.emails)
    return failed(404, 'Not Found')
  })
  await addProvider(gatepass, project, 'github', { clientId, apiUrl: server.url }, { secret })
  return { server, state, secret }
}

/** An OpenID issuer with discovery. */
export async function startIssuer(t: Test, gatepass: TestApp, project: TestProject, more: object = {}) {
  const keys = await signer(gatepass.clock, 'ES256')
  const discovery: Record<string, unknown> = {}
  const server = await standIn(t, ({ path }, response) =>
    path === '/tenant/.well-known/openid-configuration'
      ? json(response, 200, { issuer, jwks_uri: `${server.url}/keys`, ...discovery })
      : json(response, path === '/keys' ? 200 : 404, path === '/keys' ? keys.jwks() : {}),
  )
  const issuer: string = `${server.url}/tenant`
  await addProvider(gatepass, project, 'oidc', { issuer, clientIds: ['portal'], ...more }, { slug: 'staff' })
  return { server, issuer, discovery, ...keys }
}
