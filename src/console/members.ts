import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { listMembers } from '../accounts/account-members.ts'
import type { AccountAdmission } from '../db/tables.ts'
import { updateProject } from '../projects/update-project.ts'
import { setMember, takeMemberOut } from '../sessions/accounts/manage-members.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { chosenGroups } from './groups-field.ts'
import { membersPage } from './pages/members-page.ts'
import type { RefusedForm } from './secrets.ts'
import { goTo, sendPage } from './send-page.ts'
import { type Form, submit, text, versionOf } from './submit.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/projects/:slug/members'

/** `account`: the ID of the member whose groups are to be changed. */
interface Query {
  readonly account?: unknown
}

/** Which accounts may sign in to a project. Nobody sees the accounts of other projects here. */
export async function memberRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  const show = async (request: FastifyRequest, reply: FastifyReply, refused?: RefusedForm) => {
    await core.registry.refresh()
    const project = projectOf(core, request, 'readers:read')
    const members = await listMembers(core.database.read, project.id)
    const { account } = request.query as Query
    const member = members.find(each => each.accountId === account)
    return sendPage(
      reply,
      membersPage(frameOf(core, request, project), { project, members, member, refused }),
    )
  }

  app.get(PATH, async (request, reply) => show(request, reply))

  app.post<{ Body: Form }>(PATH, async (request, reply) => {
    const project = projectOf(core, request, 'readers:write')
    return await submit(
      reply,
      request.body,
      async () => {
        const input = { account: text(request.body, 'account').trim(), groups: chosenGroups(request.body) }
        await setMember(core, visitOf(request).principal.actor, project, input)
        return goTo(reply, pathOf(project.slug), 'member-set')
      },
      refused => show(request, reply, { ...refused, form: 'member' }),
      ['not_found'],
    )
  })

  app.post<{ Body: Form }>(`${PATH}/remove`, async (request, reply) => {
    const project = projectOf(core, request, 'readers:write')
    await takeMemberOut(core, visitOf(request).principal.actor, project, text(request.body, 'account'))
    return goTo(reply, pathOf(project.slug), 'member-removed')
  })

  app.post<{ Body: Form }>(`${PATH}/admission`, async (request, reply) => {
    const { slug } = projectOf(core, request, 'projects:write')
    return await submit(
      reply,
      request.body,
      async () => {
        const changes = { accountAdmission: text(request.body, 'accountAdmission') as AccountAdmission }
        const { actor } = visitOf(request).principal
        await updateProject(core, actor, slug, changes, versionOf(request.body))
        return goTo(reply, pathOf(slug), 'saved')
      },
      refused => show(request, reply, { ...refused, form: 'admission' }),
    )
  })
}

function pathOf(slug: string): string {
  return `/console/projects/${slug}/members`
}
