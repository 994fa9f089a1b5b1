// Testing a login endpoint's part from here: what would come of a push, the whole handoff, and what the login URL shows.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { findAuditEntries } from '../audit/find-audit-entries.ts'
import { generateTestCode } from '../codes/generate-test-code.ts'
import { type PushTrial, tryPush } from '../codes/try-push.ts'
import { visitOf as attemptOf } from '../http/visit.ts'
import { checkLoginUrl } from '../projects/login-url/check-login-url.ts'
import { loginPageOf } from '../projects/login-url/login-url.ts'
import type { Project } from '../projects/project.ts'
import { createContentFolders } from '../site/content-folders.ts'
import { pagesForReader } from '../site/pages-for-reader.ts'
import type { ConsoleCore } from './console-core.ts'
import { frameOf, projectOf } from './frame.ts'
import { goingToSitePage } from './pages/going-to-site-page.ts'
import { testPage } from './pages/test-page.ts'
import { testRunsPage } from './pages/test-runs-page.ts'
import type { TestView } from './pages/test-view.ts'
import { sendPage } from './send-page.ts'
import { type Form, submit } from './submit.ts'
import { example, payloadOf, retype, type Typed, typedIn } from './typed-payload.ts'
import { visitOf } from './visit.ts'

const PATH = '/console/projects/:slug/test'

export async function testRoutes(app: FastifyInstance, core: ConsoleCore): Promise<void> {
  const folders = createContentFolders()

  const show = (
    request: FastifyRequest,
    reply: FastifyReply,
    project: Project,
    view: Pick<TestView, 'typed'> & Partial<TestView>,
  ) => {
    const hasLoginClient = core.registry.clientsOf(project.id).some(each => each.kind === 'login')
    const loginPage = loginPageOf(project, core.issuer)
    return sendPage(
      reply,
      testPage(frameOf(core, request, project), { project, hasLoginClient, loginPage, ...view }),
    )
  }

  const showTrial = async (
    request: FastifyRequest,
    reply: FastifyReply,
    project: Project,
    typed: Typed,
    payload: unknown,
    trial: PushTrial,
  ) => {
    const groups = trial.outcome?.groups.map(group => group.slug)
    const pages = groups && (await pagesForReader(folders, project, groups))
    return show(request, reply, project, { typed, checked: { payload, trial, pages } })
  }

  app.get(PATH, async (request, reply) =>
    show(request, reply, projectOf(core, request, 'sign-ins:test'), { typed: example }),
  )

  app.post<{ Body: Form }>(PATH, async (request, reply) => {
    const project = projectOf(core, request, 'sign-ins:test')
    const typed = typedIn(request.body)
    const { what } = request.body
    return await submit(
      reply,
      request.body,
      async () => {
        if (what === 'json' || what === 'fields') {
          return show(request, reply, project, { typed: retype(typed, what, project) })
        }
        const payload = payloadOf(typed)
        return await showTrial(request, reply, project, typed, payload, await tryPush(core, project, payload))
      },
      refused => show(request, reply, project, { typed, refused }),
    )
  })

  app.post<{ Body: Form }>(`${PATH}/run`, async (request, reply) => {
    const project = projectOf(core, request, 'sign-ins:test')
    const typed = typedIn(request.body)
    return await submit(
      reply,
      request.body,
      async () => {
        const payload = payloadOf(typed)
        const trial = await tryPush(core, project, payload)
        // Something has changed since the page with the button was made: shown instead of run into.
        if (trial.problems.length > 0 || trial.outcome?.atCallback === 'refuses') {
          reply.code(409)
          return await showTrial(request, reply, project, typed, payload, trial)
        }
        const { actor } = visitOf(request).principal
        const made = await generateTestCode(core, actor, { project, payload }, attemptOf(request))
        return sendPage(reply, goingToSitePage({ project, to: made.callbackUrl, traceId: made.traceId }))
      },
      refused => show(request, reply, project, { typed, refused }),
    )
  })

  app.get(`${PATH}/runs`, async (request, reply) => {
    const project = projectOf(core, request, 'sign-ins:test')
    const filter = { projects: new Set([project.id]), action: 'sign-in.test' }
    const { entries } = await findAuditEntries(core.database.read, filter)
    return sendPage(reply, testRunsPage(frameOf(core, request, project), { project, entries }))
  })

  app.post(`${PATH}/login-url`, async (request, reply) => {
    const project = projectOf(core, request, 'sign-ins:test')
    return show(request, reply, project, { typed: example, loginCheck: await checkLoginUrl(core, project) })
  })
}
