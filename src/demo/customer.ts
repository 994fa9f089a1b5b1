// Northwind Tools: a customer's application as somebody else would have written it, with a login page, a session cookie
// and users of its own. What ties it to Gatepass is the login endpoint, /sso: one POST and one redirect.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { customerAssets } from './customer-assets.ts'
import { customerHomePage, customerLoginPage, customerProblemPage } from './customer-pages.ts'
import { createCustomerSessions } from './customer-sessions.ts'
import { checkPassword, customerPassword, customerUsers } from './customer-users.ts'
import { type GatepassAccess, pushReader } from './push-reader.ts'

export interface Customer {
  /** Origin of this application. */
  readonly url: string
  readonly knowledgeBaseUrl: string
  readonly supportUrl: string
  /** Origin of the identity server. */
  readonly issuer: string
  readonly gatepass: GatepassAccess
  /** Called when Gatepass does not take the credentials. */
  refused(): void
}

type Query = Readonly<Record<string, string | string[] | undefined>>

export async function customerRoutes(app: FastifyInstance, customer: Customer): Promise<void> {
  const sessions = createCustomerSessions()
  const policy =
    `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; ` +
    // Browsers hold a form to this through its redirects. The login form ends at the knowledge base, by way of the login
    // endpoint, or goes on from there by way of the identity server to another site.
    `form-action 'self' ${[customer.knowledgeBaseUrl, customer.issuer, customer.supportUrl].join(' ')}`
  const send = (reply: FastifyReply, page: string) =>
    reply
      .header('content-security-policy', policy)
      .header('cache-control', 'no-store')
      .header('referrer-policy', 'same-origin')
      .type('text/html; charset=utf-8')
      .send(page)
  const showLogin = (
    reply: FastifyReply,
    continueTo: string,
    told: { error?: string; notice?: string; username?: string; atLogin: boolean },
  ) => {
    const users = customerUsers.map(({ username, about }) => ({
      username,
      hint: `password ${customerPassword} · ${about}`,
    }))
    return send(reply, customerLoginPage({ ...told, continueTo, users }))
  }

  app.addHook('onRoute', route => {
    route.constraints = { ...route.constraints, door: 'customer' }
  })

  app.get('/', async (request, reply) => {
    const user = sessions.userOf(request)
    if (!user) return showLogin(reply, '/', { atLogin: false })
    const { knowledgeBaseUrl, supportUrl } = customer
    const view = { name: `${user.firstName} ${user.lastName}`, email: user.email, groups: user.groups }
    return send(reply, customerHomePage({ user: view, knowledgeBaseUrl, supportUrl }))
  })

  app.get<{ Querystring: Query }>('/login', async (request, reply) => {
    const continueTo = ownPath(request.query.continueTo)
    if (sessions.userOf(request)) return reply.redirect(continueTo, 302)
    return showLogin(reply, continueTo, {
      atLogin: true,
      ...(request.query.signedOut && { notice: 'You are signed out.' }),
    })
  })

  app.post('/login', async (request, reply) => {
    if (fromElsewhere(request)) return reply.code(403).send({ error: 'this form is posted from here alone' })
    const { username, password, continueTo } = (request.body ?? {}) as Record<string, unknown>
    const user = checkPassword(String(username), String(password))
    if (!user) {
      reply.code(401)
      return showLogin(reply, ownPath(continueTo), {
        atLogin: true,
        error: 'This user name and password do not go together.',
        username: typeof username === 'string' ? username.slice(0, 100) : '',
      })
    }
    sessions.open(reply, user)
    return reply.redirect(ownPath(continueTo), 303)
  })

  // The knowledge base sends its readers here to sign out as well, so a plain link does.
  app.route({
    method: ['GET', 'POST'],
    url: '/logout',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      sessions.end(request, reply)
      return reply.header('cache-control', 'no-store').redirect('/login?signedOut=yes', 303)
    },
  })

  // The login endpoint: who is not signed in here signs in first, who is gets a code and goes back with it.
  app.get<{ Querystring: Query }>('/sso', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const user = sessions.userOf(request)
    if (!user) return reply.redirect(`/login?continueTo=${encodeURIComponent(request.url)}`, 302)

    const pushed = await pushReader(customer.gatepass, user, {
      state: text(request.query.state),
      codeChallenge: text(request.query.code_challenge),
    })
    if ('status' in pushed) {
      if (pushed.status === 401) customer.refused()
      reply.code(502)
      const sentTo = customer.gatepass.codeGenerationUrl
      return send(reply, customerProblemPage({ ...pushed, sentTo, tryAgainAt: request.url }))
    }
    const callback = new URL(pushed.callbackUrl)
    const wanted = text(request.query.RedirectPath)
    if (wanted) callback.searchParams.set('redirectUrl', wanted)
    return reply.header('referrer-policy', 'no-referrer').redirect(callback.href, 302)
  })

  for (const asset of customerAssets) {
    app.get(asset.path, async (_, reply) =>
      reply
        .header('cache-control', 'public, max-age=31536000, immutable')
        .type(asset.contentType)
        .send(asset.body),
    )
  }

  /** A path of this application, so that nobody is sent elsewhere by a link to the login page. */
  function ownPath(value: unknown): string {
    const url = typeof value === 'string' ? URL.parse(value, customer.url) : null
    return url?.origin === customer.url && !url.pathname.startsWith('//') ? url.pathname + url.search : '/'
  }

  /** A form that another site posts for somebody signs them in as whom that site likes. */
  function fromElsewhere(request: FastifyRequest): boolean {
    const { origin } = request.headers
    return origin !== undefined && origin !== customer.url
  }
}

function text(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
