// The account API (contract, section 8): programs that were written for the SSO service of seed 004 find their paths,
// bodies and answers here. Behind it stand the same accounts, projects, readers and sessions as behind every other door.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { changeAccountType } from '../accounts/change-account-type.ts'
import { createSuite } from '../accounts/create-suite.ts'
import { registerAccount } from '../accounts/register-account.ts'
import { AppError } from '../errors.ts'
import { continueInSuite, signInToSuite } from '../upstream/suites/authenticate-for-suite.ts'
import { signOutOfSuite } from '../upstream/suites/sign-out-of-suite.ts'
import { answerAccount, answerAccountError } from './account-api-answers.ts'
import type { Core } from './core.ts'
import { answerOrigins, isOwnOrigin } from './own-origins.ts'
import { visitOf } from './visit.ts'

export interface AccountApi {
  /** Whose pages may call it, beside those of suites. */
  readonly origins: readonly string[]
}

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength })
const name = text(320)
const password = text(1024)
const type = Type.Unsafe<'user' | 'developer'>({ type: 'string', enum: ['user', 'developer'] })
const who = { username: Type.Optional(name), email: Type.Optional(name) }

const Creation = Type.Object({ username: name, email: name, password, type: Type.Optional(type) })
const TypeChange = Type.Object({ ...who, password, type })
const SuiteCreation = Type.Object({ ...who, password, apiKey: text(256), ssoSuiteName: text(256) })
const Authentication = Type.Object({
  ...who,
  password: Type.Optional(password),
  ssoSuiteId: Type.Optional(text(128)),
  jwt: Type.Optional(text(8192)),
  renew: Type.Optional(Type.Boolean()),
})
const SignOut = Type.Object({ jwt: text(8192) })

const paths = [
  '/account/create',
  '/account/changeType',
  '/sso-suite/create',
  '/account/authenticate',
  '/account/signOut',
]

export async function accountApiRoutes(doors: FastifyInstance, core: Core, api: AccountApi): Promise<void> {
  doors.setErrorHandler(answerAccountError)
  const isAllowed = (origin: string) =>
    api.origins.includes(origin) ||
    core.registry.projects().some(project => project.standard === 'accounts' && isOwnOrigin(project, origin))
  answerOrigins(doors, isAllowed, { paths, methods: 'POST', headers: 'content-type' })
  const mayTell = (request: FastifyRequest) => async () => {
    if ((await core.strangers.wait(request.ip, 'account API')) > 0) return false
    await core.strangers.count(request.ip, 'account API')
    return true
  }

  doors.post<{ Body: Static<typeof Creation> }>(
    '/account/create',
    { schema: { body: Creation } },
    async (request, reply) => {
      const { username, email, password, type = 'user' } = request.body
      const { apiKey } = await registerAccount(core, { username, email, password, type }, request.ip)
      return answerAccount(request, reply, { ...(apiKey && { apiKey }) })
    },
  )

  doors.post<{ Body: Static<typeof TypeChange> }>(
    '/account/changeType',
    { schema: { body: TypeChange } },
    async (request, reply) => {
      const input = { name: nameIn(request.body), ...request.body }
      const apiKey = await changeAccountType(core, input, visitOf(request), mayTell(request))
      return answerAccount(request, reply, { ...(apiKey && { apiKey }) })
    },
  )

  doors.post<{ Body: Static<typeof SuiteCreation> }>(
    '/sso-suite/create',
    { schema: { body: SuiteCreation } },
    async (request, reply) => {
      const { password, apiKey, ssoSuiteName: suiteName } = request.body
      const input = { name: nameIn(request.body), password, apiKey, suiteName }
      const ssoSuiteId = await createSuite(core, input, visitOf(request), mayTell(request))
      return answerAccount(request, reply, { ssoSuiteId })
    },
  )

  doors.post<{ Body: Static<typeof Authentication> }>(
    '/account/authenticate',
    { schema: { body: Authentication } },
    async (request, reply) => {
      const { body } = request
      const visit = visitOf(request)
      if (body.jwt !== undefined) {
        const { jwt, renew = false } = body
        return answerAccount(request, reply, {
          jwt: await continueInSuite(core, { jwt, renew }, visit, mayTell(request)),
        })
      }
      const { password, ssoSuiteId: suiteId } = body
      const named = nameIn(body)
      if (password === undefined) throw missing('password')
      if (suiteId === undefined) throw missing('ssoSuiteId')
      const input = { name: named, password, suiteId }
      return answerAccount(request, reply, {
        jwt: await signInToSuite(core, input, visit, mayTell(request)),
      })
    },
  )

  doors.post<{ Body: Static<typeof SignOut> }>(
    '/account/signOut',
    { schema: { body: SignOut } },
    async (request, reply) => {
      await signOutOfSuite(core, request.body.jwt, visitOf(request), mayTell(request))
      return answerAccount(request, reply)
    },
  )

  for (const url of paths) {
    doors.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url,
      handler: (_, reply) => {
        reply.header('allow', 'POST, OPTIONS')
        throw new AppError('method_not_allowed', 'This address takes POST.')
      },
    })
  }
  for (const url of ['/account/*', '/sso-suite/*']) {
    doors.post(url, () => {
      throw new AppError('not_found', 'There is nothing here.')
    })
  }
}

/** The user name, or else the e-mail address. @throws AppError `invalid_request`. */
function nameIn({ username, email }: { username?: string; email?: string }): string {
  const named = username ?? email
  if (named === undefined) throw missing('username or email')
  return named
}

function missing(field: string): AppError {
  return new AppError('invalid_request', 'Something is missing.', {
    fields: [{ field, problem: 'is missing' }],
  })
}
