import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Account, type AccountInput, accountName } from '../accounts/account.ts'
import { openAccountLink } from '../accounts/account-links.ts'
import { listMemberships } from '../accounts/account-members.ts'
import { requireAccount } from '../accounts/account-store.ts'
import { createAccount } from '../accounts/create-account.ts'
import { findAccounts } from '../accounts/find-accounts.ts'
import { requireAllProjects } from '../administrators/principal.ts'
import {
  accountLinkUrl,
  deleteAccount,
  endAllOfAccount,
  renewAccountLink,
  updateAccount,
} from '../sessions/accounts/manage-accounts.ts'
import { requireTyped } from './confirm.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf } from './frame.ts'
import { accountOfPage } from './pages/account-of-page.ts'
import { accountsPage } from './pages/accounts-page.ts'
import { newAccountPage } from './pages/new-account-page.ts'
import { goTo, sendPage } from './send-page.ts'
import { showOnce, takeShown } from './show-once.ts'
import { type Form, optional, type Refused, submit, text, versionOf } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/accounts'

type Params = { account: string }
type Asked = FastifyRequest<{ Body: Form; Params: Params }>

/**
 * Accounts of the whole installation: for who has the readers of all projects. Who looks after some projects has their
 * members (members.ts), and sees no account besides.
 */
export async function accountsRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  app.get<{ Querystring: Record<string, unknown> }>(PATH, async (request, reply) => {
    requireAllProjects(visitOf(request).principal, 'readers:read')
    const { search, after } = request.query
    const wanted = {
      search: typeof search === 'string' ? search : '',
      after: typeof after === 'string' ? after : undefined,
    }
    const found = await findAccounts(core.database.read, wanted)
    return sendPage(reply, accountsPage(frameOf(core, request), { ...wanted, found }))
  })

  const showNew = (request: FastifyRequest, reply: FastifyReply, refused?: Refused) =>
    sendPage(reply, newAccountPage(frameOf(core, request), { refused }))

  app.get(`${PATH}/new`, async (request, reply) => {
    requireAllProjects(visitOf(request).principal, 'readers:write')
    return showNew(request, reply)
  })

  app.post<{ Body: Form }>(`${PATH}/new`, async (request, reply) => {
    const { principal } = visitOf(request)
    requireAllProjects(principal, 'readers:write')
    return await submit(
      reply,
      request.body,
      async () => {
        const input = { ...readAccount(request.body), emailVerified: true }
        const { account } = await createAccount(core, principal.actor, input)
        await handOutLink(request, reply, account)
        return goTo(reply, `${PATH}/${account.id}`, 'link-made')
      },
      refused => showNew(request, reply, refused),
    )
  })

  async function show(request: FastifyRequest, reply: FastifyReply, refused?: Refused) {
    requireAllProjects(visitOf(request).principal, 'readers:read')
    const { read } = core.database
    const account = await requireAccount(read, (request.params as Params).account)
    const view = {
      account,
      memberships: await listMemberships(read, account.id),
      linkUntil: await openAccountLink(read, account.id, core.clock.now()),
      shown: takeShown(core, request, reply),
      refused,
    }
    return sendPage(reply, accountOfPage(frameOf(core, request), view))
  }

  app.get(`${PATH}/:account`, async (request, reply) => show(request, reply))

  const form = (path: string, work: (request: Asked, reply: FastifyReply) => Promise<string>) =>
    app.post<{ Body: Form; Params: Params }>(`${PATH}/:account${path}`, async (request, reply) => {
      requireAllProjects(visitOf(request).principal, 'readers:write')
      const at = `${PATH}/${encodeURIComponent(request.params.account)}`
      return await submit(
        reply,
        request.body,
        async () => {
          const done = await work(request, reply)
          return goTo(reply, done === 'account-deleted' ? PATH : at, done)
        },
        refused => show(request, reply, refused),
      )
    })

  form('', async (request, reply) => {
    const { actor } = visitOf(request).principal
    const { account: id } = request.params
    const changes = readAccount(request.body)
    const { apiKey } = await updateAccount(core, actor, id, changes, versionOf(request.body))
    if (apiKey !== null) {
      showOnce(core, request, reply, `${PATH}/${id}`, {
        label: 'API key',
        value: apiKey,
        hint: 'For a developer who makes suites over the account API. Send it where only they can read it.',
      })
    }
    return 'saved'
  })

  form('/disabled', async request => {
    const disabled = request.body.to === 'disabled'
    const { actor } = visitOf(request).principal
    await updateAccount(core, actor, request.params.account, { disabled }, versionOf(request.body))
    return disabled ? 'account-disabled' : 'account-enabled'
  })

  form('/link', async (request, reply) => {
    await handOutLink(request, reply, await requireAccount(core.database.read, request.params.account))
    return 'link-made'
  })

  form('/sessions/end', async request => {
    await endAllOfAccount(core, visitOf(request).principal.actor, request.params.account)
    return 'account-signed-out'
  })

  form('/delete', async request => {
    const account = await requireAccount(core.database.read, request.params.account)
    requireTyped(request.body, accountName(account))
    await deleteAccount(core, visitOf(request).principal.actor, account.id)
    return 'account-deleted'
  })

  async function handOutLink(request: FastifyRequest, reply: FastifyReply, account: Account): Promise<void> {
    const link = await renewAccountLink(core, visitOf(request).principal.actor, account.id)
    const until = new Date(link.expiresAt).toISOString().slice(0, 16).replace('T', ' ')
    showOnce(core, request, reply, `${PATH}/${account.id}`, {
      label: 'One-time link',
      value: accountLinkUrl(core.issuer, link),
      hint: `Send it to ${accountName(account)} yourself, where only they can read it. Whoever opens it sets the password. It works once, until ${until} UTC; earlier links are void.`,
    })
  }
}

function readAccount(form: Form): AccountInput {
  return {
    username: optional(form, 'username'),
    email: optional(form, 'email'),
    name: text(form, 'name'),
    type: text(form, 'type') as AccountInput['type'],
    scope: text(form, 'scope'),
  }
}
