import type { FastifyInstance } from 'fastify'
import type { ContentFolders } from './content-folders.ts'
import { frameForReader } from './frame-for-reader.ts'
import { searchPage } from './pages/search-page.ts'
import { sendPage } from './send-page.ts'
import { sendToLogin } from './send-to-login.ts'
import { currentSession, type SiteDeps, siteOf } from './site-request.ts'

/** A search over the pages that this reader may open. */
export async function searchRoutes(
  app: FastifyInstance,
  deps: SiteDeps,
  folders: ContentFolders,
): Promise<void> {
  app.get<{ Querystring: { q?: string | string[] } }>('/gate/search', async (request, reply) => {
    const project = siteOf(deps, request)
    const session = await currentSession(deps, request, project)
    if (!session) return await sendToLogin(deps, project, request, reply)
    const frame = await frameForReader(project, session, folders)
    const query = typeof request.query.q === 'string' ? request.query.q.slice(0, 200) : ''
    const hits = await folders.of(project).search(query, frame.reader.groups)
    return sendPage(reply, project, words => searchPage({ words, ...frame, query, hits }))
  })
}
