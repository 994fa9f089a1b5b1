import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { listAdministrators } from '../administrators/administrator-store.ts'
import { requireScope } from '../administrators/principal.ts'
import { exportAuditEntries } from '../audit/export-audit-entries.ts'
import { findAuditEntries } from '../audit/find-audit-entries.ts'
import { AppError } from '../errors.ts'
import { auditFilter, readAuditForm, slugFor } from './audit-form.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf } from './frame.ts'
import { auditPage } from './pages/audit-page.ts'
import type { AuditNames } from './pages/audit-sentence.ts'
import { sendPage } from './send-page.ts'
import { visitOf } from './visit.ts'

type Query = { Querystring: Record<string, unknown> }

/** Who changed what, when and from where. */
export async function auditRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get<Query>('/console/audit', async (request, reply) => {
    const visit = visitOf(request)
    requireScope(visit.principal, 'audit:read')
    const form = readAuditForm(request.query)
    const { filter, problems } = auditFilter(core, visit, form)
    const { before } = request.query
    const wrong = Object.keys(problems).length > 0
    const page = wrong
      ? { entries: [], next: null }
      : await findAuditEntries(core.database.read, filter, {
          before: typeof before === 'string' ? before : undefined,
        })
    if (wrong) reply.code(400)
    const view = { page, form, problems, older: before !== undefined, names: await namesOf(core) }
    return sendPage(reply, auditPage(frameOf(core, request), view))
  })

  // Without HEAD, which would read the whole log and send nothing.
  app.get<Query>('/console/audit.csv', { exposeHeadRoute: false }, async (request, reply) => {
    const visit = visitOf(request)
    requireScope(visit.principal, 'audit:read')
    const { filter, problems } = auditFilter(core, visit, readAuditForm(request.query))
    const [wrong] = Object.entries(problems)
    if (wrong) throw new AppError('invalid_request', `${wrong[0]} ${wrong[1]}.`)
    const day = new Date(core.clock.now()).toISOString().slice(0, 10)
    const lines = exportAuditEntries(core.database.read, filter, slugFor(core, visit))
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="gatepass-audit-${day}.csv"`)
      .send(Readable.from(withMark(lines)))
  })
}

/** Spreadsheets take a file for UTF-8 where it begins with a byte order mark. */
async function* withMark(lines: AsyncIterable<string>): AsyncGenerator<string> {
  yield '\ufeff'
  yield* lines
}

async function namesOf({ database, registry }: ConsoleCore): Promise<AuditNames> {
  const administrators = await listAdministrators(database.read)
  return {
    administrators: new Map(administrators.map(({ email, name }) => [email, name])),
    project: id => registry.projectById(id)?.name,
    client: id => registry.client(id)?.name,
  }
}
