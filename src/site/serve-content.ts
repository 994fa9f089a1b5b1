// Everything else at a site: pages and files of its folder, behind the session and the rules of their groups.
import { basename, dirname } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { type Found, mayOpen, neighbours } from './content/content-folder.ts'
import type { ContentFolders } from './content-folders.ts'
import { frameForReader } from './frame-for-reader.ts'
import { contentPage } from './pages/content-page.ts'
import { forbiddenPage } from './pages/forbidden-page.ts'
import { notFoundPage } from './pages/not-found-page.ts'
import { signedInPage } from './pages/signed-in-page.ts'
import { sendPage } from './send-page.ts'
import { sendToLogin } from './send-to-login.ts'
import { currentSession, type SiteDeps, siteOf } from './site-request.ts'

export async function contentRoutes(
  app: FastifyInstance,
  deps: SiteDeps,
  folders: ContentFolders,
): Promise<void> {
  await app.register(fastifyStatic, { root: process.cwd(), serve: false })

  app.get('/*', async (request, reply) => {
    const project = siteOf(deps, request)
    const session = await currentSession(deps, request, project)
    if (!session) return await sendToLogin(deps, project, request, reply)

    const frame = await frameForReader(project, session, folders)
    if (project.siteFolder === null)
      return sendPage(reply, project, words => signedInPage({ words, ...frame }))
    const [path, query] = splitUrl(request.raw.url ?? '/')
    if (path === '/' && !project.homePublished) return reply.redirect(`${project.siteUrl}/docs`, 302)

    const found = await folders.of(project).find(path)
    if (!found) {
      reply.code(404)
      return sendPage(reply, project, words => notFoundPage({ words, ...frame, path, traceId: request.id }))
    }
    if (!mayOpen(found.groups, frame.reader.groups)) {
      logClosed(found, path)
      reply.code(403)
      return sendPage(reply, project, words =>
        forbiddenPage({ words, ...frame, needed: found.groups, traceId: request.id }),
      )
    }
    if (found.kind === 'redirect') return reply.redirect(project.siteUrl + found.to + query, 302)
    if (found.kind === 'file') {
      reply.header('cache-control', 'private, no-cache').header('x-content-type-options', 'nosniff')
      return reply.sendFile(basename(found.file), dirname(found.file), { cacheControl: false })
    }
    const { previous, next } = neighbours(frame.navigation, found.path)
    return sendPage(reply, project, words => contentPage({ words, ...frame, page: found, previous, next }))

    function logClosed(closed: Found, at: string): void {
      const because = 'closedBecause' in closed ? closed.closedBecause : undefined
      if (because) request.log.warn({ project: project.slug, path: at }, because)
    }
  })
}

function splitUrl(url: string): [path: string, query: string] {
  const mark = url.indexOf('?')
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark)]
}
