import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { countAdministrators } from '../administrators/administrator-store.ts'
import {
  type SignedIn,
  signInAdministrator,
  signInBySecondStep,
} from '../administrators/sign-in-administrator.ts'
import type { ConsoleCore } from './console-core.ts'
import { formToken, visitorSecret } from './forgery.ts'
import { secondStepPage } from './pages/second-step-page.ts'
import { signInPage } from './pages/sign-in-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { type Form, type Refused, submit, text } from './submit.ts'
import { originOf, setSessionCookie } from './visit.ts'

/** Signing in: a password, and six digits where a second factor is on. */
export async function signInRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  async function showSignIn(request: FastifyRequest, reply: FastifyReply, next: string, refused?: Refused) {
    const token = formToken(visitorSecret(core, request, reply))
    const nobodyYet = (await countAdministrators(core.database.read)) === 0
    const { done } = request.query as Record<string, unknown>
    return sendPage(reply, signInPage({ token, next, refused, nobodyYet, done: String(done ?? '') }))
  }

  function showSecondStep(request: FastifyRequest, reply: FastifyReply, form: Form, refused?: Refused) {
    const token = formToken(visitorSecret(core, request, reply))
    const view = { token, next: nextOf(form.next), secondStep: text(form, 'second_step'), refused }
    return sendPage(reply, secondStepPage(view))
  }

  app.get<{ Querystring: Record<string, unknown> }>('/console/sign-in', async (request, reply) =>
    showSignIn(request, reply, nextOf(request.query.next)),
  )

  app.post<{ Body: Form }>('/console/sign-in', async (request, reply) => {
    const form = request.body
    const next = nextOf(form.next)
    return await submit(
      reply,
      form,
      async () => {
        const input = { email: text(form, 'email'), password: text(form, 'password') }
        const signedIn: SignedIn = await signInAdministrator(core, input, originOf(request))
        if ('secondStep' in signedIn) {
          return showSecondStep(request, reply, { next, second_step: signedIn.secondStep })
        }
        setSessionCookie(core, reply, signedIn.session)
        return goTo(reply, next)
      },
      refused => showSignIn(request, reply, next, refused),
      ['access_denied'],
    )
  })

  app.post<{ Body: Form }>('/console/sign-in/second-step', async (request, reply) => {
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const input = { secondStep: text(form, 'second_step'), digits: text(form, 'digits') }
        const { session } = await signInBySecondStep(core, input, originOf(request))
        setSessionCookie(core, reply, session)
        return goTo(reply, nextOf(form.next))
      },
      refused => showSecondStep(request, reply, form, refused),
      ['access_denied'],
    )
  })
}

/** A page of the console to go on to, and nothing else. */
function nextOf(value: unknown): string {
  const plain = typeof value === 'string' && /^\/console(?:[/?][\x21-\x7e]*)?$/.test(value)
  if (!plain || /[\\]|\/\/|\/\.|%2f|%5c|%2e/i.test(value)) return '/console'
  return value.startsWith('/console/sign-in') ? '/console' : value
}
