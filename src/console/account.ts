import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  endAdministratorSessions,
  listAdministratorSessions,
} from '../administrators/administrator-sessions.ts'
import { endSessionsOfAdministrator } from '../administrators/manage-administrators.ts'
import { changeOwnPassword, confirmTotp, removeOwnTotp } from '../administrators/own-account.ts'
import { totpText, totpUri } from '../administrators/totp.ts'
import { beginTotp, openEnrolment } from '../administrators/totp-enrolment.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf } from './frame.ts'
import { accountPage } from './pages/account-page.ts'
import { totpPage } from './pages/totp-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { type Form, type Refused, submit, text } from './submit.ts'
import { clearSessionCookie, originOf, visitOf } from './visit.ts'

const PATH = '/console/account'

/** What administrators do with their own account: password, second factor, sessions, signing out. */
export async function accountRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  async function show(request: FastifyRequest, reply: FastifyReply, refused?: Refused) {
    const { administrator, session } = visitOf(request)
    const sessions = await listAdministratorSessions(core.database.read, administrator.id, core.clock.now())
    return sendPage(reply, accountPage(frameOf(core, request), { sessions, current: session.key, refused }))
  }

  app.get(PATH, async (request, reply) => show(request, reply))

  app.post<{ Body: Form }>(`${PATH}/password`, async (request, reply) => {
    const { administrator, session } = visitOf(request)
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const input = {
          current: text(form, 'current'),
          password: text(form, 'password'),
          repeated: text(form, 'repeated'),
          session: session.key,
        }
        await changeOwnPassword(core, administrator, input, originOf(request))
        return goTo(reply, PATH, 'password-set')
      },
      refused => show(request, reply, refused),
    )
  })

  function showTotp(
    request: FastifyRequest,
    reply: FastifyReply,
    secret: Buffer,
    sealed: string,
    refused?: Refused,
  ) {
    const { email } = visitOf(request).administrator
    const uri = totpUri(secret, email, core.issuer)
    return sendPage(
      reply,
      totpPage(frameOf(core, request), { uri, typed: totpText(secret), sealed, refused }),
    )
  }

  app.get(`${PATH}/second-factor`, async (request, reply) => {
    const { secret, sealed } = beginTotp(core, visitOf(request).administrator)
    return showTotp(request, reply, secret, sealed)
  })

  app.post<{ Body: Form }>(`${PATH}/second-factor`, async (request, reply) => {
    const { administrator, session } = visitOf(request)
    const form = request.body
    const sealed = text(form, 'sealed')
    return await submit(
      reply,
      form,
      async () => {
        const input = {
          sealed,
          digits: text(form, 'digits'),
          current: text(form, 'current'),
          session: session.key,
        }
        await confirmTotp(core, administrator, input, originOf(request))
        return goTo(reply, PATH, 'second-factor-on')
      },
      refused => showTotp(request, reply, openEnrolment(core, administrator, sealed), sealed, refused),
    )
  })

  app.post<{ Body: Form }>(`${PATH}/second-factor/remove`, async (request, reply) =>
    submit(
      reply,
      request.body,
      async () => {
        const input = { current: text(request.body, 'current_for_second_factor') }
        await removeOwnTotp(core, visitOf(request).administrator, input, originOf(request))
        return goTo(reply, PATH, 'second-factor-off')
      },
      refused => show(request, reply, refused),
    ),
  )

  app.post<{ Body: Form }>(`${PATH}/sessions/end`, async (request, reply) => {
    const { administrator, principal, session } = visitOf(request)
    const key = text(request.body, 'session')
    const which =
      key === 'others' ? { key: null, except: session.key } : { key: Buffer.from(key, 'base64url') }
    await endSessionsOfAdministrator(core, principal.actor, administrator.id, which)
    return goTo(reply, PATH, 'session-ended')
  })

  app.post('/console/sign-out', async (request, reply) => {
    const { administrator, session } = visitOf(request)
    const now = core.clock.now()
    await core.database.write(tx => endAdministratorSessions(tx, administrator.id, { key: session.key }, now))
    clearSessionCookie(core, reply)
    return goTo(reply, '/console/sign-in', 'signed-out')
  })
}
