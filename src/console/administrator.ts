import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Administrator } from '../administrators/administrator.ts'
import { openLinks } from '../administrators/administrator-links.ts'
import { listAdministratorSessions } from '../administrators/administrator-sessions.ts'
import { requireAdministrator } from '../administrators/administrator-store.ts'
import { renewLink } from '../administrators/hand-out-link.ts'
import {
  deleteAdministrator,
  endSessionsOfAdministrator,
  resetTotp,
  updateAdministrator,
} from '../administrators/manage-administrators.ts'
import { requireAllProjects } from '../administrators/principal.ts'
import { refuseOwnLockout } from '../administrators/refuse-own-lockout.ts'
import { readAdministrator } from './administrator-form.ts'
import { requireTyped } from './confirm.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf } from './frame.ts'
import { administratorPage } from './pages/administrator-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { showLink } from './show-link.ts'
import { takeShown } from './show-once.ts'
import { type Form, type Refused, submit, text, versionOf } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/administrators'

type Params = { id: string }
type Asked = FastifyRequest<{ Body: Form; Params: Params }>

/** One administrator: what they may, how they get in, where they are signed in. */
export async function administratorRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  async function show(request: FastifyRequest, reply: FastifyReply, refused?: Refused) {
    requireAllProjects(visitOf(request).principal, 'administrators:read')
    const { read } = core.database
    const now = core.clock.now()
    const administrator = await requireAdministrator(read, (request.params as Params).id)
    const view = {
      administrator,
      sessions: await listAdministratorSessions(read, administrator.id, now),
      linkUntil: (await openLinks(read, now)).get(administrator.id),
      shown: takeShown(core, request, reply),
      allProjects: core.registry.projects(),
      refused,
    }
    return sendPage(reply, administratorPage(frameOf(core, request), view))
  }

  app.get(`${PATH}/:id`, async (request, reply) => show(request, reply))

  /** A form about one administrator: `work` is for owners alone, and what it refuses is shown on their page. */
  const form = (path: string, work: (request: Asked, reply: FastifyReply, at: string) => Promise<string>) =>
    app.post<{ Body: Form; Params: Params }>(`${PATH}/:id${path}`, async (request, reply) => {
      requireAllProjects(visitOf(request).principal, 'administrators:write')
      const at = `${PATH}/${encodeURIComponent(request.params.id)}`
      return await submit(
        reply,
        request.body,
        async () => {
          const done = await work(request, reply, at)
          return goTo(reply, done === 'administrator-deleted' ? PATH : at, done)
        },
        refused => show(request, reply, refused),
      )
    })

  const known = ({ params }: Asked): Promise<Administrator> =>
    requireAdministrator(core.database.read, params.id)

  form('', async request => {
    const { principal } = visitOf(request)
    const { id } = request.params
    const changes = readAdministrator(request.body, core.registry.projects())
    refuseOwnLockout(principal, id, changes)
    await updateAdministrator(core, principal.actor, id, changes, versionOf(request.body))
    return 'saved'
  })

  form('/disabled', async request => {
    const { principal } = visitOf(request)
    const { id } = request.params
    const disabled = request.body.to === 'disabled'
    refuseOwnLockout(principal, id, { disabled })
    await updateAdministrator(core, principal.actor, id, { disabled }, versionOf(request.body))
    return disabled ? 'administrator-disabled' : 'administrator-enabled'
  })

  form('/link', async (request, reply, at) => {
    const { principal } = visitOf(request)
    refuseOwnLockout(principal, request.params.id, 'access')
    const administrator = await known(request)
    const link = await renewLink(core, principal.actor, administrator.id)
    showLink(core, request, reply, at, administrator, link)
    return 'link-made'
  })

  form('/second-factor', async request => {
    const { principal } = visitOf(request)
    refuseOwnLockout(principal, request.params.id, 'access')
    await resetTotp(core, principal.actor, request.params.id)
    return 'their-second-factor-off'
  })

  form('/sessions/end', async request => {
    const { principal } = visitOf(request)
    refuseOwnLockout(principal, request.params.id, 'access')
    const key = text(request.body, 'session')
    const which = { key: key === 'all' ? null : Buffer.from(key, 'base64url') }
    await endSessionsOfAdministrator(core, principal.actor, request.params.id, which)
    return 'session-ended'
  })

  form('/delete', async request => {
    const { principal } = visitOf(request)
    const { id } = request.params
    refuseOwnLockout(principal, id, { disabled: true })
    requireTyped(request.body, (await known(request)).email)
    await deleteAdministrator(core, principal.actor, id)
    return 'administrator-deleted'
  })
}
