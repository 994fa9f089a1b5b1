import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { acceptLink, readLink } from '../administrators/accept-link.ts'
import { AppError } from '../errors.ts'
import type { ConsoleCore } from './console-core.ts'
import { formToken, visitorSecret } from './forgery.ts'
import { welcomePage } from './pages/welcome-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { type Form, type Refused, submit, text } from './submit.ts'
import { originOf, setSessionCookie } from './visit.ts'

/** One-time links: the first administrator, invitations, forgotten passwords. Looking at one spends nothing. */
export async function welcomeRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  async function show(request: FastifyRequest, reply: FastifyReply, link: string, refused?: Refused) {
    const administrator = await readLink(core, link)
    const token = formToken(visitorSecret(core, request, reply))
    return sendPage(reply, welcomePage({ token, link, administrator, refused }))
  }

  app.get<{ Querystring: Record<string, unknown> }>('/console/welcome', async (request, reply) => {
    const { token } = request.query
    if (typeof token !== 'string')
      throw new AppError('invalid_grant', 'The link is cut off: it has no token.')
    return await show(request, reply, token)
  })

  app.post<{ Body: Form }>('/console/welcome', async (request, reply) => {
    const form = request.body
    const link = text(form, 'link')
    return await submit(
      reply,
      form,
      async () => {
        const input = {
          token: link,
          email: text(form, 'email'),
          name: text(form, 'name'),
          password: text(form, 'password'),
          repeated: text(form, 'repeated'),
        }
        const session = await acceptLink(core, input, originOf(request))
        if (session === null) return goTo(reply, '/console/sign-in', 'password-set')
        setSessionCookie(core, reply, session)
        return goTo(reply, '/console', 'welcome')
      },
      refused => show(request, reply, link, refused),
    )
  })
}
