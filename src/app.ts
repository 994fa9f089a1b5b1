// The only wiring, in reading order: what a request meets, and which doors there are.
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { apiRoutes } from './api/api.ts'
import { centralRoutes } from './central/central.ts'
import { createOutstandingCodes } from './codes/outstanding-codes.ts'
import { type Config, shownConfig } from './config.ts'
import { consoleRoutes } from './console/console.ts'
import type { Database } from './db/database.ts'
import type { Demo } from './demo/demo.ts'
import { demoRoutes } from './demo/demo-routes.ts'
import { AppError } from './errors.ts'
import { createClientErrorHandler } from './http/client-error.ts'
import { compileOnce } from './http/compile-once.ts'
import type { Core } from './http/core.ts'
import { doorConstraint } from './http/doors.ts'
import { answerOAuthError } from './http/errors.ts'
import { identityRoutes } from './http/identity.ts'
import { parseForm, parseJson } from './http/parse-body.ts'
import { createHostReader, hasSeveralHosts } from './http/trust-proxy.ts'
import { createKeyRing } from './keys/key-ring.ts'
import { wrappingKey } from './keys/wrap.ts'
import { createBackground } from './platform/background.ts'
import type { Clock } from './platform/clock.ts'
import { createFailureLimits } from './platform/failure-limits.ts'

import { createMailer } from './platform/mailer.ts'
import { type Neighbours, noNeighbours } from './platform/neighbours.ts'
import { createOutboundFetch } from './platform/outbound-fetch.ts'
import { newTraceId } from './platform/trace-id.ts'
import { productVersion } from './platform/version.ts'
import { createRegistry } from './projects/registry.ts'
import { landingRoutes } from './site/landing.ts'
import { siteRoutes } from './site/site.ts'
import { answerWithErrorPage } from './site/site-errors.ts'
import { createOpenidConnections } from './upstream/openid/openid-connections.ts'
import { createIdentify } from './upstream/tokens/identify.ts'

export interface AppOptions {
  readonly config: Config
  readonly database: Database
  readonly clock: Clock
  readonly logger: FastifyBaseLogger
  /** Milliseconds that a request may take to arrive in full. */
  readonly patience?: number
  /** Milliseconds that a request of ours to somebody else may take in all. */
  readonly outboundPatience?: number | undefined
  readonly demo?: Demo | undefined
  /** The number of this process, where it is one of several workers, and how it tells the others. */
  readonly worker?: number
  readonly neighbours?: Neighbours
}

/** Everything between a socket and the rules; not listening yet. */
export async function buildApp({
  config,
  database,
  clock,
  logger,
  demo,
  worker,
  neighbours = noNeighbours,
  patience = 30_000,
  outboundPatience,
}: AppOptions): Promise<FastifyInstance> {
  const registry = createRegistry(database.read)
  const hostOf = createHostReader(config.trustProxy)
  const wrapping = wrappingKey(config.secret)
  const fetch = createOutboundFetch({ ...config, timeLimit: outboundPatience })
  const core: Core = {
    database,
    clock,
    registry,
    keys: createKeyRing(database, clock, wrapping),
    outstanding: createOutstandingCodes(neighbours),
    failures: createFailureLimits({ perClient: 30, perAddress: 300 }, 60, { topic: 'failures', neighbours }),
    strangers: createFailureLimits({ perClient: 60, perAddress: 300 }, 60, {
      topic: 'strangers',
      neighbours,
    }),
    identify: createIdentify({ fetch, clock, wrapping }),
    openid: createOpenidConnections({ fetch, clock, wrapping }),
    neighbours,
    issuer: config.issuer,
  }
  // A wrong GATEPASS_SECRET is found here, at the start, and not at the first token.
  await core.keys.signingKey('ES256')
  await registry.refresh()

  const { strategy, doorOf, refuseOutdated } = doorConstraint(registry, hostOf, demo?.hosts ?? new Map())
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'traceId' }),
    genReqId: () => newTraceId(clock.now()),
    trustProxy: config.trustProxy,
    bodyLimit: 64 * 1024,
    // Slow or silent sockets are given up; Fastify's own defaults wait for ever.
    requestTimeout: patience,
    // Where the headers have longer than the whole, as by default, Node gives the whole their time.
    http: { headersTimeout: patience, connectionsCheckingInterval: Math.min(patience, 5_000) },
    clientErrorHandler: createClientErrorHandler(clock),
    connectionTimeout: 75_000,
    keepAliveTimeout: 65_000,
    // External IDs of readers have up to 256 characters, and stand in addresses of the admin API.
    routerOptions: { constraints: { door: strategy }, maxParamLength: 1024 },
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: true,
        verbose: true,
        keywords: ['problem'],
      },
      onCreate: compileOnce,
    },
    // Reached where a URL cannot be decoded or routed at all.
    frameworkErrors: (error, request, reply) => void answer(error, request as FastifyRequest, reply as never),
  })

  app.removeAllContentTypeParsers()
  // What every request passes calls back and is not async: each promise takes its share of a request.
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_, body: Buffer, done) =>
    done(null, parseJson(body)),
  )
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'buffer' },
    (_, body: Buffer, done) => done(null, parseForm(body)),
  )

  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-trace-id', request.id).header('x-content-type-options', 'nosniff')
    // RFC 9112, section 3.2: Node takes the first of several, a proxy in front might have taken the last.
    if (hasSeveralHosts(request.raw))
      throw new AppError('invalid_request', 'The request names several hosts.')
    refuseOutdated(request.raw)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    // The route's pattern, never the URL: queries carry codes.
    const { method, ip, routeOptions } = request
    const ms = Math.round(reply.elapsedTime * 10) / 10
    request.log.info({
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      ms,
      ip,
    })
    done()
  })

  const answer: typeof answerOAuthError = (thrown, request, reply) =>
    doorOf(request.raw) === 'site'
      ? answerWithErrorPage(thrown, request, reply, registry.projectByHost(hostOf(request.raw)))
      : answerOAuthError(thrown, request, reply)

  app.setErrorHandler(answer)
  app.setNotFoundHandler((request, reply) => {
    const allowed = (['GET', 'POST'] as const).filter(method =>
      app.findRoute({ url: request.url.split('?')[0]!, method, constraints: { door: doorOf(request.raw) } }),
    )
    if (allowed.length === 0)
      return answer(new AppError('not_found', 'There is nothing here.'), request, reply)
    reply.header('allow', allowed.join(', '))
    return answer(
      new AppError('method_not_allowed', `This address takes ${allowed.join(' and ')}.`),
      request,
      reply,
    )
  })

  await app.register(async doors => identityRoutes(doors, core, config))
  await app.register(async doors => landingRoutes(doors, { registry, production: config.production }))
  const { smtpUrl, mailFrom } = config
  const mailer = smtpUrl === undefined ? undefined : createMailer({ smtpUrl, mailFrom })
  // The sentence of a mail server's refusal, and nothing of the mail.
  const background = createBackground(error =>
    logger.error({ problem: (error as Error).message }, 'work in the background failed'),
  )
  app.addHook('onClose', () => background.settle())
  await app.register(async doors => centralRoutes(doors, { ...core, mailer, background }))
  const version = productVersion()
  const administering = { ...core, ...config, wrapping, fetch }
  await app.register(async doors => apiRoutes(doors, { ...administering, version }))
  await app.register(async doors => siteRoutes(doors, { ...core, hostOf }))
  const installation = {
    version,
    nodeVersion: process.version,
    startedAt: clock.now(),
    process: { id: process.pid, worker, of: config.workers },
    demo: demo !== undefined,
    settings: shownConfig(config),
  }
  await app.register(async doors => consoleRoutes(doors, { ...administering, installation }))
  if (demo) await app.register(async doors => demoRoutes(doors, demo, config.issuer))
  return app
}
