// Who is here, for other programs (contract, section 9): the reader as JSON, and forward-auth for proxies.
import type { FastifyInstance } from 'fastify'
import { toSeconds } from '../platform/clock.ts'
import type { Project } from '../projects/project.ts'
import { displayName } from '../readers/reader.ts'
import { groupSlugs, readerClaims } from '../tokens/claims.ts'
import { closedToEveryone, mayOpen, type NeededGroups } from './content/content-folder.ts'
import type { ContentFolders } from './content-folders.ts'
import { currentSession, type SiteDeps, siteOf } from './site-request.ts'

export async function gateRoutes(
  app: FastifyInstance,
  deps: SiteDeps,
  folders: ContentFolders,
): Promise<void> {
  app.get('/gate/userinfo', async (request, reply) => {
    const project = siteOf(deps, request)
    const session = await currentSession(deps, request, project)
    reply.header('cache-control', 'no-store')
    if (!session) return reply.code(401).send({ error: 'invalid_session', trace_id: request.id })
    return { ...readerClaims(project, session.readerId, session.reader), exp: toSeconds(session.expiresAt) }
  })

  // For nginx auth_request, Caddy forward_auth and Traefik forwardAuth: 202 lets through, 401 means sign in, 403 no.
  app.get('/gate/auth', async (request, reply) => {
    const project = siteOf(deps, request)
    const session = await currentSession(deps, request, project)
    reply.header('cache-control', 'no-store')
    if (!session) return reply.code(401).send({ error: 'invalid_session', trace_id: request.id })
    const groups = groupSlugs(project, session.reader.groupIds)
    const needed = await neededFor(project, request.headers['x-forwarded-uri'])
    if (!mayOpen(needed, groups))
      return reply.code(403).send({ error: 'access_denied', trace_id: request.id })
    return reply
      .code(202)
      .header('x-auth-request-user', headerText(session.readerId))
      .header('x-auth-request-email', headerText(session.reader.email))
      .header('x-auth-request-groups', headerText(groups.join(',')))
      .header(
        'x-auth-request-preferred-username',
        headerText(session.reader.username || displayName(session.reader)),
      )
      .send()
  })

  /** What the page that the proxy asks about needs; where it doesn't say which, rules keep it closed. */
  async function neededFor(project: Project, asked: string | string[] | undefined): Promise<NeededGroups> {
    if (asked === undefined) return project.pathRules.length === 0 ? null : closedToEveryone
    // Two headers arrive joined by a comma and a space: one of them is not the proxy's.
    if (typeof asked !== 'string' || /\s/.test(asked)) return closedToEveryone
    return await folders.of(project).groupsFor(asked)
  }
}

/** Header values are bytes: UTF-8 goes out as it is, which is what the proxies pass on. */
function headerText(text: string): string {
  return Buffer.from(text).toString('latin1')
}
