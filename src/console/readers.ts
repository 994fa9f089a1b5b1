import type { FastifyInstance } from 'fastify'
import { findReaders, type ReaderPage } from '../readers/find-readers.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { readersPage } from './pages/readers-page.ts'
import { readerFilter, readReaderSearch } from './reader-search.ts'
import { sendPage } from './send-page.ts'

type Query = { Querystring: Record<string, unknown> }

const nobody: ReaderPage = { readers: [], next: null, unfinished: false }

/** The readers of a project: found by name, e-mail address or external ID. */
export async function readersRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get<Query>('/console/projects/:slug/readers', async (request, reply) => {
    const project = projectOf(core, request, 'readers:read')
    const search = readReaderSearch(request.query)
    const { filter, problems } = readerFilter(project.id, search)
    const { after } = request.query
    const page = { after: typeof after === 'string' ? after : undefined }
    const wrong = Object.keys(problems).length > 0
    if (wrong) reply.code(400)
    const found = wrong ? nobody : await findReaders(core.database.read, filter, page)
    const view = { project, search, problems, found, further: page.after !== undefined }
    return sendPage(reply, readersPage(frameOf(core, request, project), view))
  })
}
