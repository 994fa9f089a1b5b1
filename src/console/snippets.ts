import type { FastifyInstance } from 'fastify'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { snippetsPage } from './pages/snippets-page.ts'
import { sendPage } from './send-page.ts'
import { fillSnippets } from './snippets/snippets.ts'

/** Login endpoints to copy, with the project's values in them. */
export async function snippetRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get<{ Querystring: { language?: unknown } }>(
    '/console/projects/:slug/snippets',
    async (request, reply) => {
      const project = projectOf(core, request, 'projects:read')
      const client = core.registry.clientsOf(project.id).find(each => each.kind === 'login')
      const values = client && {
        codeGenerationUrl: `${core.issuer}/jwt/generateCode`,
        clientId: client.id,
        loginPath: URL.parse(project.loginUrl)?.pathname ?? '/login',
      }
      const snippets = values ? fillSnippets(values) : []
      const chosen = snippets.find(each => each.id === request.query.language) ?? snippets[0]
      const filled = values && chosen ? { values, snippets, chosen } : undefined
      return sendPage(reply, snippetsPage(frameOf(core, request, project), { project, filled }))
    },
  )
}
