// Northwind Support: a second site, as a developer who has never heard of Gatepass would have written it. It signs
// people in with OpenID Connect, keeps a session of its own, and ends that when the sign-in server says so.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { customerAssets } from './customer-assets.ts'
import { createOpenIdSignIn, type OpenIdProvider, SignInError } from './openid-sign-in.ts'
import { type SupportLinks, supportProblemPage, ticketPage, ticketsPage } from './support-pages.ts'
import { createSupportSessions } from './support-sessions.ts'
import { tickets } from './support-tickets.ts'

export interface Support extends SupportLinks {
  /** Origin of this application. */
  readonly url: string
  readonly provider: OpenIdProvider
}

type Query = Readonly<Record<string, string | string[] | undefined>>

export async function supportRoutes(app: FastifyInstance, support: Support): Promise<void> {
  const { provider } = support
  const signIn = createOpenIdSignIn(provider, `${support.url}/callback`)
  const sessions = createSupportSessions(provider.now)
  /** Logout tokens that have been taken, until they would be refused as expired. */
  const taken = new Map<string, number>()
  const policy =
    `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; ` +
    // Browsers hold a form to this through its redirects: signing out leads to the sign-in server, and on to Northwind.
    `form-action 'self' ${new URL(provider.issuer).origin} ${support.customerUrl}`
  const send = (reply: FastifyReply, page: string) =>
    reply
      .header('content-security-policy', policy)
      .header('referrer-policy', 'same-origin')
      .type('text/html; charset=utf-8')
      .send(page)

  app.addHook('onRoute', route => {
    route.constraints = { ...route.constraints, door: 'support' }
  })
  app.addHook('onRequest', async (_, reply) => {
    reply.header('cache-control', 'no-store')
  })
  app.setErrorHandler((error, _, reply) => {
    if (!(error instanceof SignInError)) throw error
    const view = { title: 'You are not signed in', sentence: error.message, link: 'Try again' }
    return send(reply.code(502), supportProblemPage(view))
  })

  app.get('/', async (request, reply) => {
    const who = sessions.of(request)
    if (!who) return begin(request, reply, '/')
    return send(reply, ticketsPage({ who, tickets, links: support }))
  })

  app.get<{ Params: { id: string } }>('/tickets/:id', async (request, reply) => {
    const ticket = tickets.find(each => each.id === request.params.id)
    const who = sessions.of(request)
    if (!who) return begin(request, reply, ticket ? `/tickets/${ticket.id}` : '/')
    if (ticket) return send(reply, ticketPage({ who, ticket }))
    const sentence = 'It was perhaps closed long ago.'
    const view = { title: 'There is no such ticket', sentence, link: 'All tickets' }
    return send(reply.code(404), supportProblemPage(view))
  })

  app.get<{ Querystring: Query }>('/callback', { exposeHeadRoute: false }, async (request, reply) => {
    const { state, code, iss, error } = request.query
    const attempt = sessions.finish(request, text(state) ?? '')
    if (!attempt) {
      // Answered before, in this browser: whoever comes back to it is in already.
      if (sessions.of(request)) return reply.redirect('/', 303)
      const sentence = 'This sign-in took too long, or was begun in another browser.'
      const view = { title: 'You are not signed in', sentence, link: 'Start again' }
      return send(reply.code(400), supportProblemPage(view))
    }
    const answered = { code: text(code), iss: text(iss), error: text(error) }
    sessions.open(request, reply, await signIn.finish(attempt, answered))
    return reply.redirect(attempt.wanted, 303)
  })

  app.post('/logout', async (request, reply) => {
    const { origin } = request.headers
    if (origin !== undefined && origin !== support.url) {
      return reply.code(403).send({ error: 'this form is posted from here alone' })
    }
    const who = sessions.of(request)
    sessions.end(request, reply)
    const next = await signIn.signOutUrl(who?.idToken, `${support.customerUrl}/logout`)
    return reply.header('referrer-policy', 'no-referrer').redirect(next, 303)
  })

  // Called by the sign-in server itself (OpenID Connect Back-Channel Logout 1.0, sections 2.5 to 2.8).
  app.post<{ Body: Record<string, unknown> | undefined }>('/backchannel-logout', async (request, reply) => {
    try {
      const token = request.body?.logout_token
      if (typeof token !== 'string') throw new Error('there is no logout_token')
      const { jti, expiresAt, ...named } = await signIn.readLogoutToken(token)
      for (const [old, until] of taken) if (until < provider.now() - 60_000) taken.delete(old)
      if (taken.has(jti)) throw new Error('it was taken before')
      taken.set(jti, expiresAt)
      sessions.endNamed(named)
      return reply.send()
    } catch (error) {
      const description = error instanceof Error ? error.message : 'not a logout token'
      return reply.code(400).send({ error: 'invalid_request', error_description: description })
    }
  })

  for (const asset of customerAssets) {
    app.get(asset.path, async (_, reply) =>
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type(asset.contentType)
        .send(asset.body),
    )
  }

  async function begin(request: FastifyRequest, reply: FastifyReply, wanted: string): Promise<FastifyReply> {
    const begun = await signIn.begin()
    sessions.begin(request, reply, begun, wanted)
    return reply.redirect(begun.url, 302)
  }
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
