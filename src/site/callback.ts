// The callback (contract, section 2): the browser arrives with a code and leaves with a session.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { findProjectOfCode } from '../codes/find-project-of-code.ts'
import { landingPath } from '../codes/landing-path.ts'
import { redeemCode } from '../codes/redeem-code.ts'
import { AppError } from '../errors.ts'
import { visitOf } from '../http/visit.ts'
import { homePath, type Project } from '../projects/project.ts'
import { finishAttempt, openVerifiers } from './attempt-cookies.ts'
import { setSessionCookie } from './cookies.ts'
import { isPrefetch, presentedSessionKey, type SiteDeps, siteOf } from './site-request.ts'

type Query = Readonly<Record<string, string | string[] | undefined>>

/** Spellings in use out there. */
const redirectParameters = ['redirectUrl', 'RedirectUrl', 'RedirectPath']

export async function callbackRoutes(app: FastifyInstance, deps: SiteDeps): Promise<void> {
  app.get<{ Querystring: Query }>('/jwt/authorize', { exposeHeadRoute: false }, (request, reply) =>
    enter(deps, request, reply),
  )
  // Link scanners ask with HEAD; a code is spent by a navigation alone.
  app.head('/jwt/authorize', async (_, reply) => reply.header('cache-control', 'no-store').send())
}

async function enter(
  deps: SiteDeps,
  request: FastifyRequest<{ Querystring: Query }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const project = siteOf(deps, request)
  reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
  if (isPrefetch(request)) throw new AppError('access_denied', 'A sign-in is not fetched ahead.')

  // A real code is served all the same: a whole office may come from one address.
  const code = typeof request.query.code === 'string' ? request.query.code : ''
  const retryAfter = await deps.madeUpCodes.wait(request.ip, project.id)
  if (retryAfter > 0 && !(await findProjectOfCode(deps.database.read, deps.registry, code)))
    throw new AppError('slow_down', 'Too many codes from this address were none.', { retryAfter })

  const before = presentedSessionKey(request, project)
  const { session, sessionToken, redirectPath } = await redeemCode(
    deps,
    {
      project,
      code,
      opens: 'site',
      verifiers: openVerifiers(request, project),
      // This browser may have begun attempts whose challenge its login endpoint never echoed.
      verifierImpliesChallenge: false,
      ...(before && { currentSession: before }),
    },
    visitOf(request),
  ).catch(async refusal => {
    await countStranger(deps, request, project, refusal)
    throw refusal
  })
  if (sessionToken) {
    setSessionCookie(reply, project, sessionToken, (session.expiresAt - session.createdAt) / 1000)
    finishAttempt(request, reply, project, session.traceId)
  }
  reply.header('x-trace-id', session.traceId)
  return reply.redirect(project.siteUrl + landing(project, request.query, redirectPath), 302)
}

/** A code that never existed may come from anybody, as often as they like; each one is a step in the timeline. */
async function countStranger(
  deps: SiteDeps,
  request: FastifyRequest,
  project: Project,
  refusal: unknown,
): Promise<void> {
  const reason = refusal instanceof AppError ? refusal.reason : undefined
  if (reason === 'code_unknown' || reason === 'code_malformed')
    await deps.madeUpCodes.count(request.ip, project.id)
}

/** Where the query sends the reader, else where the push did, else home; a path that could lead elsewhere is home. */
function landing(project: Project, query: Query, pushed: string | null): string {
  const asked = redirectParameters.filter(name => query[name] !== undefined)
  if (asked.length === 0) return pushed ?? homePath(project)
  return (asked.length === 1 ? landingPath(query[asked[0]!]) : undefined) ?? homePath(project)
}
