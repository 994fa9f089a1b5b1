// Cross-origin requests (Fetch, CORS protocol) from pages of a project: its site, and where swaps may lead.
import type { FastifyInstance } from 'fastify'
import type { Project } from '../projects/project.ts'

/** Doors that pages of other origins may call. */
export interface OpenDoors {
  readonly paths: readonly string[]
  /** As `Access-Control-Allow-Methods` and `Access-Control-Allow-Headers` list them. */
  readonly methods: string
  readonly headers: string
}

/** Whether pages at this origin are the project's own. */
export function isOwnOrigin(project: Project, origin: string): boolean {
  const addresses = [project.siteUrl, ...project.allowedRedirects]
  return addresses.some(address => URL.parse(address)?.origin === origin)
}

/**
 * Lets pages of these origins read the answers of the doors, and asks nothing of other callers. A preflight carries no
 * credentials, so any allowed origin passes it; whose the token is, the door then compares.
 */
export function answerOrigins(
  doors: FastifyInstance,
  isAllowed: (origin: string) => boolean,
  { paths, methods, headers }: OpenDoors,
): void {
  doors.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers
    reply.header('vary', 'Origin')
    if (origin === undefined || !isAllowed(origin)) return
    reply.header('access-control-allow-origin', origin)
    reply.header('access-control-expose-headers', 'x-trace-id, retry-after')
  })
  for (const path of paths) {
    doors.options(path, async (_, reply) => {
      if (reply.hasHeader('access-control-allow-origin')) {
        reply
          .header('access-control-allow-methods', methods)
          .header('access-control-allow-headers', headers)
          .header('access-control-max-age', '600')
      }
      return reply.code(204).send()
    })
  }
}
