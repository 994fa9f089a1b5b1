import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { readSignIns, type SignIn } from '../audit/sign-in.ts'
import type { ErrorCode } from '../errors.ts'
import { findSignInsOfReader } from '../readers/find-sign-ins-of-reader.ts'
import type { Reader } from '../readers/reader.ts'
import { requireReader } from '../readers/require-reader.ts'
import { setReaderBlocked } from '../sessions/block-reader.ts'
import { endSessionBySid } from '../sessions/end-session.ts'
import { endSessionsOfReader } from '../sessions/end-sessions-of-reader.ts'
import { listSessions } from '../sessions/list-sessions.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { readerPage } from './pages/reader-page.ts'
import { pathOfReader } from './pages/readers-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { type Form, type Refused, submit, text } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/projects/:slug/readers/:reader'
const SHOWN_SESSIONS = 50
const SHOWN_SIGN_INS = 10

type Asked = FastifyRequest<{ Body: Form }>

/** One reader: who they are, where they are signed in, how they came, and whether they may. */
export async function readerRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  const { read } = core.database

  async function show(request: FastifyRequest, reply: FastifyReply, refused?: Refused) {
    const project = projectOf(core, request, 'readers:read')
    const reader = await requireReader(read, project, (request.params as { reader: string }).reader)
    const found = await listSessions(read, {
      ...{ projectId: project.id, readerId: reader.id },
      ...{ all: false, now: core.clock.now(), limit: SHOWN_SESSIONS + 1 },
    })
    const sessions = found.slice(0, SHOWN_SESSIONS)
    const traceIds = [...new Set(sessions.map(({ traceId }) => traceId))]
    const maySeeSignIns = visitOf(request).principal.scopes.has('sign-ins:read')
    const view = {
      ...{ project, reader, sessions, refused },
      moreSessions: found.length > SHOWN_SESSIONS,
      signInOf: new Map<string, SignIn>(
        (await readSignIns(read, traceIds, new Set([project.id]))).map(signIn => [signIn.traceId, signIn]),
      ),
      clientName: (id: string) => core.registry.client(id)?.name,
      signIns: maySeeSignIns ? await findSignInsOfReader(read, reader, { limit: SHOWN_SIGN_INS }) : undefined,
    }
    return sendPage(reply, readerPage(frameOf(core, request, project), view))
  }

  app.get(PATH, async (request, reply) => show(request, reply))

  /** A form of the page; what `work` refuses is said above it. */
  const form = (
    path: string,
    done: string,
    work: (request: Asked, which: Parameters<typeof endSessionsOfReader>[2]) => Promise<unknown>,
    also?: readonly ErrorCode[],
  ) =>
    app.post<{ Body: Form }>(`${PATH}${path}`, async (request, reply) => {
      const project = projectOf(core, request, 'readers:write')
      const { id }: Reader = await requireReader(read, project, (request.params as { reader: string }).reader)
      return await submit(
        reply,
        request.body,
        async () => {
          await work(request, { project, reader: id })
          return goTo(reply, pathOfReader(project, { id }), done)
        },
        refused => show(request, reply, refused),
        also,
      )
    })

  const actorOf = (request: Asked) => visitOf(request).principal.actor

  form('/block', 'reader-blocked', (request, which) =>
    setReaderBlocked(core, actorOf(request), { ...which, blocked: true }),
  )
  form('/unblock', 'reader-unblocked', (request, which) =>
    setReaderBlocked(core, actorOf(request), { ...which, blocked: false }),
  )
  form('/sessions/end', 'reader-sessions-ended', (request, which) =>
    endSessionsOfReader(core, actorOf(request), which),
  )
  // A session that ended by itself meanwhile is nothing to stop at.
  form(
    '/sessions/end-one',
    'reader-session-ended',
    (request, { project }) => endSessionBySid(core, actorOf(request), project, text(request.body, 'session')),
    ['not_found'],
  )
}
