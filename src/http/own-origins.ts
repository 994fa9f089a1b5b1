// Cross-origin requests (Fetch, CORS protocol) from pages of a project: its site, and where swaps may lead.
import type { FastifyInstance } from 'fastify'
import type { Project } from '../projects/project.ts'
import type { Core } from './core.ts'

const HEADERS = 'authorization, content-type, x-devrev-client-platform, x-devrev-scope'

/** Whether pages at this origin are the project's own. */
export function isOwnOrigin(project: Project, origin: string): boolean {
  const addresses = [project.siteUrl, ...project.allowedRedirects]
  return addresses.some(address => URL.parse(address)?.origin === origin)
}

/**
 * Lets pages of the projects read the answers of these doors, and asks nothing of other callers. A preflight carries no
 * credentials, so any project's origin passes it; whose the token is, the door then compares.
 */
export function answerOwnOrigins(doors: FastifyInstance, core: Core, paths: readonly string[]): void {
  doors.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    reply.header('vary', 'Origin')
    if (origin === undefined || !core.registry.projects().some(project => isOwnOrigin(project, origin)))
      return
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-expose-headers', 'x-trace-id, retry-after')
  })
  for (const path of paths) {
    doors.options(path, async (_, reply) => {
      if (reply.hasHeader('access-control-allow-origin')) {
        reply
          .header('access-control-allow-methods', 'GET, POST')
          .header('access-control-allow-headers', HEADERS)
          .header('access-control-max-age', '600')
      }
      return reply.code(204).send()
    })
  }
}
