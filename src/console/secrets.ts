import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { issueSecret } from '../projects/issue-secret.ts'
import type { Client, Project } from '../projects/project.ts'
import { revokeSecret, rotateSecret } from '../projects/rotate-secret.ts'
import type { ConsoleCore } from './console-core.ts'
import { projectOf } from './frame.ts'
import { momentText } from './pages/parts.ts'
import { chosen, graces, lives } from './secret-choices.ts'
import { goTo } from './send-page.ts'
import { showOnce } from './show-once.ts'
import { type Form, type Refused, submit, text } from './submit.ts'
import { visitOf } from './visit.ts'

/** Which form of a page was refused, where a page has several. */
export interface RefusedForm extends Refused {
  readonly form: string
}

/** A page that shows the secrets of one client. */
export interface SecretPlace {
  /** Its route. */
  readonly route: string
  /** Its address. */
  pathOf(project: Project, client: Client): string
  /** The client that the address names. @throws AppError `not_found`. */
  clientOf(request: FastifyRequest, project: Project): Client
  show(request: FastifyRequest, reply: FastifyReply, refused: RefusedForm): Promise<FastifyReply>
}

/** Making and ending the secrets of a client, below the page that shows them. */
export function secretRoutes(app: FastifyInstance, core: ConsoleCore, place: SecretPlace): void {
  const { route, clientOf, pathOf, show } = place
  const settle = (request: FastifyRequest) => {
    const project = projectOf(core, request, 'secrets:write')
    const client = clientOf(request, project)
    const { actor } = visitOf(request).principal
    const which = { slug: project.slug, kind: client.kind, clientId: client.id }
    return { actor, which, path: pathOf(project, client) }
  }

  app.post<{ Body: Form }>(`${route}/secrets/regenerate`, async (request, reply) => {
    const { actor, which, path } = settle(request)
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const grace = chosen(form, 'grace', graces)
        const made = await rotateSecret(core, actor, { ...which, label: 'regenerated', grace })
        const hint = `Put it into your application now: it is not shown again. ${whatOfOld(made.oldValidUntil, grace)}`
        showOnce(core, request, reply, path, { label: 'Client secret', value: made.clientSecret, hint })
        return goTo(reply, path, 'secret-made')
      },
      refused => show(request, reply, { ...refused, form: 'regenerate' }),
    )
  })

  app.post<{ Body: Form }>(`${route}/secrets/issue`, async (request, reply) => {
    const { actor, which, path } = settle(request)
    const form = request.body
    return await submit(
      reply,
      form,
      async () => {
        const life = chosen(form, 'life', lives)
        const made = await issueSecret(core, actor, { ...which, label: text(form, 'label'), life })
        const hint = `It is not shown again. It works until ${momentText(made.expiresAt)}, beside those that there are.`
        showOnce(core, request, reply, path, {
          label: `Client secret for ${text(form, 'label').trim()}`,
          value: made.clientSecret,
          hint,
        })
        return goTo(reply, path, 'secret-made')
      },
      refused => show(request, reply, { ...refused, form: 'issue' }),
    )
  })

  app.post<{ Body: Form }>(`${route}/secrets/revoke`, async (request, reply) => {
    const { actor, which, path } = settle(request)
    await revokeSecret(core, actor, { ...which, secretId: text(request.body, 'secret') })
    return goTo(reply, path, 'secret-revoked')
  })
}

function whatOfOld(oldValidUntil: number | null, grace: number): string {
  if (oldValidUntil === null) return ''
  if (grace === 0) return 'Those before it work no longer.'
  return `Those before it work until ${momentText(oldValidUntil)}.`
}

/** @throws AppError `not_found` */
export function noClient(id: string): AppError {
  return new AppError('not_found', `There is no client ${id.slice(0, 64)} in this project.`)
}
