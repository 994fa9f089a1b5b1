// The peer: oidc-provider doing the same work as well as it can. Environment: PORT, and STORE, which is `memory`
// (its own adapter: nothing survives a restart), `sqlite` (a durable commit for each write, as adapters are
// usually written) or `sqlite-grouped` (concurrent writes share a durable commit, as Gatepass's do).
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import { sqliteAdapter } from './sqlite-adapter.ts'

const port = Number(process.env.PORT)
const store = process.env.STORE ?? 'memory'
const { privateKey } = await generateKeyPair('ES256', { extractable: true })

const provider = new Provider(`http://localhost:${port}`, {
  adapter:
    store === 'memory'
      ? undefined
      : sqliteAdapter(process.env.DATABASE_URL ?? '', { grouped: store === 'sqlite-grouped' }),
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: '1' }] },
  clients: [
    {
      client_id: 'knowledge-base',
      client_secret: 'a-secret-of-the-benchmark',
      redirect_uris: ['http://knowledge-base.localhost/callback'],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'client_secret_basic',
      id_token_signed_response_alg: 'ES256',
    },
  ],
  // Everything below that differs from the defaults makes it do less or the same work as Gatepass.
  scopes: ['openid'],
  responseTypes: ['code'],
  pkce: { required: () => false },
  conformIdTokenClaims: false,
  claims: {
    openid: ['sub', 'sid', 'name', 'given_name', 'family_name', 'preferred_username', 'email', 'groups'],
  },
  features: {
    devInteractions: { enabled: false },
    userinfo: { enabled: true },
    introspection: { enabled: true },
    rpInitiatedLogout: { enabled: false },
  },
  ttl: { AuthorizationCode: 60, AccessToken: 900, IdToken: 900, Interaction: 600, Session: 900, Grant: 900 },
  interactions: { url: (_ctx: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
  findAccount: (_ctx: unknown, sub: string) => ({
    accountId: sub,
    claims: () => ({
      sub,
      name: `Reader ${sub}`,
      given_name: 'Reader',
      family_name: `Number ${sub}`,
      preferred_username: `Reader ${sub}`,
      email: `reader-${sub}@example.com`,
      groups: ['staff'],
    }),
  }),
})
provider.on('server_error', (_ctx, error) => console.error(error))

// Stands for the login page: the reader is signed in and consents without another request.
const finishInteraction = async (req: IncomingMessage, res: ServerResponse) => {
  const { params } = await provider.interactionDetails(req, res)
  const accountId = params.login_hint ?? 'nobody'
  const grant = new provider.Grant({ accountId, clientId: params.client_id })
  grant.addOIDCScope('openid')
  const result = { login: { accountId }, consent: { grantId: await grant.save() } }
  await provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false })
}

const answer = provider.callback()
createServer((req, res) => {
  if (!req.url?.startsWith('/interaction/')) return answer(req, res)
  finishInteraction(req, res).catch(error => {
    res.statusCode = 500
    res.end(String(error))
  })
}).listen(port, '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
