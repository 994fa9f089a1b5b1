// Errors at the identity server are pages of the project that the request speaks of, where it speaks of one: a reader
// knows that, and not the server behind it.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { findProjectOfCode } from '../codes/find-project-of-code.ts'
import type { Core } from '../http/core.ts'
import { originOf } from '../oidc/pending-authorizations.ts'
import type { Project } from '../projects/project.ts'
import { answerWithErrorPage, wantedPage } from '../site/site-errors.ts'
import { pathOfSignIn } from '../upstream/take-sign-in.ts'

/** Answers an error in the name of its project; starting again leads to the application that asked, or to the site. */
export async function answerInItsName(
  core: Core,
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // Where the database is what failed, the page goes without.
  const { project, application } = await whoseRequest(core, request).catch(() => nobodys)
  const site = project && project.siteUrl + wantedPage(request)
  return answerWithErrorPage(thrown, request, reply, project, application ?? site)
}

interface Whose {
  readonly project?: Project | undefined
  /** First page of the application that sent the reader, or the page that a sign-in at a provider was for. */
  readonly application?: string
}
const nobodys: Whose = {}

async function whoseRequest({ database, registry }: Core, request: FastifyRequest): Promise<Whose> {
  const { slug } = (request.params ?? {}) as { slug?: string }
  const sent = { ...(request.body as object | undefined), ...(request.query as object | undefined) }
  const {
    client_id: clientId,
    authorization,
    code,
    state,
    RelayState,
    ticket,
  } = sent as Record<string, unknown>
  if (slug !== undefined) {
    const project = registry.projectBySlug(slug)
    const path = project && (await pathOfSignIn({ database }, project, String(state ?? RelayState ?? ticket)))
    return { project, ...(path && { application: project.siteUrl + path }) }
  }
  if (typeof clientId === 'string') return { project: registry.client(clientId)?.project }
  if (typeof authorization === 'string') {
    const origin = await originOf(database.read, authorization)
    if (!origin) return nobodys
    return { project: registry.projectById(origin.projectId), application: origin.application }
  }
  if (typeof code === 'string') return { project: await findProjectOfCode(database.read, registry, code) }
  return nobodys
}
