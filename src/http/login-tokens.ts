// One-time login tokens (contract, section 5): programs that were written for another portal send their readers here.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { cancelLoginToken, cancelLoginTokens } from '../codes/cancel-login-tokens.ts'
import { createLoginToken } from '../codes/create-login-token.ts'
import {
  APPLICATION_TOKEN_TYPE,
  type LoginTokenRequest,
  loginTokenSchema,
  ONE_TIME_TYPE,
} from '../codes/login-token-request.ts'
import { AppError } from '../errors.ts'
import { toSeconds } from '../platform/clock.ts'
import { type AuthenticatedClient, isActive } from '../projects/client-secrets.ts'
import type { ClientSecret } from '../projects/project.ts'
import { revokeSecret } from '../projects/rotate-secret.ts'
import { admitApplication } from './admit-client.ts'
import type { Core } from './core.ts'
import { toAppError } from './errors.ts'
import { recordUnread } from './generate-code.ts'
import { answerLoginTokenError } from './login-token-errors.ts'
import { answerOrigins, isOwnOrigin } from './own-origins.ts'
import { visitOf } from './visit.ts'

const paths = ['create', 'info', 'list', 'get', 'delete', 'self.delete'].map(name => `/auth-tokens.${name}`)

const text = Type.Optional(Type.String({ maxLength: 256 }))
const tokenType = Type.Optional(
  Type.Union([Type.Literal(APPLICATION_TOKEN_TYPE), Type.Literal(ONE_TIME_TYPE)]),
)
const Filter = Type.Object({ client_id: text, requested_token_type: text, subject: text })
const Wanted = Type.Object({ token_id: Type.String({ maxLength: 256 }) })
const Deletion = Type.Object({ token_id: text })
const SelfDeletion = Type.Object({ requested_token_type: tokenType })

const admitted = new WeakMap<FastifyRequest, AuthenticatedClient>()

export async function loginTokenRoutes(doors: FastifyInstance, core: Core): Promise<void> {
  doors.setErrorHandler(answerLoginTokenError)
  const isAllowed = (origin: string) => core.registry.projects().some(project => isOwnOrigin(project, origin))
  answerOrigins(doors, isAllowed, {
    paths,
    methods: 'GET, POST',
    headers: 'authorization, content-type, x-devrev-client-platform, x-devrev-scope',
  })
  // Who asks is settled before the body is read: strangers learn nothing about it.
  doors.addHook('onRequest', async (request, reply) => {
    if (request.method === 'OPTIONS') return
    const by = await admitApplication(core, request)
    admitted.set(request, by)
    keepToOwnOrigin(by, request, reply)
  })
  const whoAsks = (request: FastifyRequest) => admitted.get(request)!

  doors.post<{ Body: LoginTokenRequest }>('/auth-tokens.create', {
    schema: { body: loginTokenSchema },
    errorHandler: async (thrown, request) => {
      const by = admitted.get(request)
      // What the rule refused it has recorded; what never reached it is recorded here.
      if (by && !(thrown instanceof AppError && thrown.reason !== 'body_unreadable'))
        await recordUnread(core, by, request, toAppError(thrown))
      throw thrown
    },
    handler: async (request, reply) => {
      const made = await createLoginToken(core, whoAsks(request), request.body, visitOf(request))
      return reply
        .code(201)
        .header('x-trace-id', made.traceId)
        .send({ access_token: made.token, token_type: 'bearer', expires_in: made.expiresIn })
    },
  })

  const info = async (request: FastifyRequest) => showCaller(core, whoAsks(request))
  doors.get('/auth-tokens.info', info)
  doors.post('/auth-tokens.info', info)

  const list = (request: FastifyRequest, filter: Static<typeof Filter>) => {
    const { client } = whoAsks(request)
    const {
      requested_token_type: type = APPLICATION_TOKEN_TYPE,
      client_id = client.id,
      subject = client.id,
    } = filter
    const own = type === APPLICATION_TOKEN_TYPE && client_id === client.id && subject === client.id
    return { tokens: own ? client.secrets.map(secret => showToken(core, secret)) : [] }
  }
  doors.get<{ Querystring: Static<typeof Filter> }>(
    '/auth-tokens.list',
    { schema: { querystring: Filter } },
    async request => list(request, request.query),
  )
  doors.post<{ Body: Static<typeof Filter> }>(
    '/auth-tokens.list',
    { schema: { body: Filter } },
    async request => list(request, request.body),
  )

  const get = (request: FastifyRequest, id: string) => {
    const secret = whoAsks(request).client.secrets.find(each => each.id === id)
    if (!secret) throw noToken()
    return { token: showToken(core, secret) }
  }
  doors.get<{ Querystring: Static<typeof Wanted> }>(
    '/auth-tokens.get',
    { schema: { querystring: Wanted } },
    async request => get(request, request.query.token_id),
  )
  doors.post<{ Body: Static<typeof Wanted> }>(
    '/auth-tokens.get',
    { schema: { body: Wanted } },
    async request => get(request, request.body.token_id),
  )

  doors.post<{ Body: Static<typeof Deletion> }>(
    '/auth-tokens.delete',
    { schema: { body: Deletion } },
    async request => {
      const by = whoAsks(request)
      const { token_id: id = by.secret.id } = request.body
      if (by.client.secrets.some(secret => secret.id === id)) await revoke(core, by, id)
      else if (!(await cancelLoginToken(core, by, id))) throw noToken()
      return {}
    },
  )

  doors.post<{ Body: Static<typeof SelfDeletion> }>(
    '/auth-tokens.self.delete',
    { schema: { body: SelfDeletion } },
    async request => {
      const by = whoAsks(request)
      const type = request.body.requested_token_type
      if (type !== APPLICATION_TOKEN_TYPE) await cancelLoginTokens(core, by)
      if (type !== ONE_TIME_TYPE) await revoke(core, by, by.secret.id)
      return {}
    },
  )
}

/** A page of one project does not read what another project's token is answered. */
function keepToOwnOrigin(
  { client }: AuthenticatedClient,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const { origin } = request.headers
  if (origin !== undefined && !isOwnOrigin(client.project, origin))
    reply.removeHeader('access-control-allow-origin')
}

/** A program ends a token of its own project; the audit log names the one that it did so with. */
async function revoke(core: Core, { client, secret }: AuthenticatedClient, secretId: string): Promise<void> {
  const actor = { name: `application token ...${secret.hint}`, origin: 'auth-tokens' }
  await revokeSecret(core, actor, { slug: client.project.slug, secretId, clientId: client.id })
}

function showCaller(core: Core, { client, secret }: AuthenticatedClient) {
  const { project } = client
  return {
    organization: { id: project.id, display_id: project.slug, slug: project.slug },
    token: {
      issuer: core.issuer,
      subject: client.id,
      issued_at: toSeconds(secret.createdAt),
      // The field is no option; 0 is what clients take for none.
      expiry: secret.expiresAt === null ? 0 : toSeconds(secret.expiresAt),
    },
    user: { type: 'service_account', id: client.id, display_id: client.id, display_name: secret.label },
  }
}

function showToken(core: Core, secret: ClientSecret) {
  const { expiresAt } = secret
  const over = !isActive(secret, core.clock.now())
  return {
    id: secret.id,
    display_id: secret.label,
    client_id: secret.clientId,
    subject: secret.clientId,
    requested_token_type: APPLICATION_TOKEN_TYPE,
    scopes: [],
    status: over ? 'expired' : 'active',
    token_hint: `...${secret.hint}`,
    issued_at: new Date(secret.createdAt).toISOString(),
    ...(expiresAt !== null && { expires_at: new Date(expiresAt).toISOString() }),
  }
}

function noToken(): AppError {
  return new AppError('not_found', 'There is no such token of this application.')
}
