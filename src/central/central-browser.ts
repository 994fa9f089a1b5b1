// What a browser carries at the identity server: a central session for each project that it is signed in to, and a
// secret for each authorization that it began and that still waits.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { cookieJar } from '../http/cookies.ts'
import type { Core } from '../http/core.ts'
import { PENDING_LIFE } from '../oidc/pending-authorizations.ts'
import { keyOfSecret } from '../platform/one-time-secret.ts'
import type { Project } from '../projects/project.ts'
import type { LiveSession, Session } from '../sessions/session.ts'
import { findLiveSession } from '../sessions/session-store.ts'

const CENTRAL = 'gatepass_central_'
const PENDING = 'gatepass_pending_'
const MOST_PENDING = 5

export interface CentralBrowser {
  session(request: FastifyRequest, project: Project): Promise<LiveSession | undefined>
  sessions(request: FastifyRequest): Promise<LiveSession[]>
  open(reply: FastifyReply, session: Session, token: string): void
  close(reply: FastifyReply, projectId: string): void
  wait(request: FastifyRequest, reply: FastifyReply, traceId: string, secret: string): void
  pendingSecrets(request: FastifyRequest): string[]
}

export function createCentralBrowser(core: Core): CentralBrowser {
  const cookies = cookieJar(core.issuer)
  const nameOf = (projectId: string) => CENTRAL + projectId.replaceAll('-', '')

  async function sessions(request: FastifyRequest): Promise<LiveSession[]> {
    const found: LiveSession[] = []
    for (const { rest, value } of cookies.read(request, CENTRAL)) {
      const key = keyOfSecret(value)
      const session = key && (await findLiveSession(core.database.read, key, core.clock.now()))
      // A session counts under its own project's name alone.
      if (session?.kind === 'central' && nameOf(session.projectId) === CENTRAL + rest) found.push(session)
    }
    return found
  }

  return {
    sessions,
    async session(request, project) {
      const ofProject = (await sessions(request)).filter(session => session.projectId === project.id)
      // Two of them: one was planted, and which is not for us to guess.
      return ofProject.length === 1 ? ofProject[0] : undefined
    },
    open(reply, session, token) {
      const seconds = Math.max(1, Math.floor((session.expiresAt - core.clock.now()) / 1000))
      cookies.set(reply, nameOf(session.projectId), token, seconds)
    },
    close: (reply, projectId) => cookies.set(reply, nameOf(projectId), '', 0),
    wait(request, reply, traceId, secret) {
      const names = cookies.read(request, PENDING).map(({ rest }) => rest)
      // Trace IDs are in order of time: the oldest go first.
      for (const rest of names.sort().slice(0, Math.max(0, names.length - MOST_PENDING + 1))) {
        cookies.set(reply, PENDING + rest, '', 0)
      }
      cookies.set(reply, PENDING + traceId, secret, PENDING_LIFE / 1000)
    },
    pendingSecrets: request => cookies.read(request, PENDING).map(({ value }) => value),
  }
}
