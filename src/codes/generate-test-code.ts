import type { Visit } from '../audit/attempts.ts'
import { type Actor, recordAudit } from '../audit/audit-log.ts'
import { AppError } from '../errors.ts'
import type { Project } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'
import { type GeneratedCode, type MakingDeps, makeCode } from './make-code.ts'
import { type AtCallback, atCallback } from './preview-push.ts'
import { payloadProblems, toPush } from './push-payload.ts'
import type { Push } from './read-push.ts'

export interface TestCode extends GeneratedCode {
  readonly atCallback: AtCallback
}

/**
 * Makes a real code without the client secret, for an administrator who wants to see the whole handoff: the reader is
 * made or changed as by a push. The attempt and the audit log (`sign-in.test`) say who did it.
 * @throws AppError as `generateCode`, `invalid_request` with every wrong field, `not_found` without a login client.
 */
export async function generateTestCode(
  deps: MakingDeps & { readonly registry: Registry },
  actor: Actor,
  { project, payload }: { project: Project; payload: unknown },
  visit: Visit,
): Promise<TestCode> {
  const push = readPayload(payload)
  const client = deps.registry.clientsOf(project.id).find(each => each.kind === 'login')
  if (!client) throw new AppError('not_found', `Project ${project.slug} has no login client.`)
  const code = await makeCode(
    deps,
    {
      project,
      standard: 'jwt',
      clientId: client.id,
      secretId: null,
      detail: { test: true, by: actor.name },
      alongside: async (tx, { reader, groups, traceId, now }) => {
        const detail = { externalId: reader.externalId, groups: groups.map(group => group.slug), traceId }
        const event = { action: 'sign-in.test', projectId: project.id, target: reader.id, detail }
        await recordAudit(tx, actor, event, now)
      },
    },
    push,
    visit,
  )
  return { ...code, atCallback: atCallback(project, push) }
}

function readPayload(payload: unknown): Push {
  const fields = payloadProblems(payload)
  if (fields.length === 0) return toPush(payload as Parameters<typeof toPush>[0])
  throw new AppError('invalid_request', 'Fields of the payload are missing or wrong.', { fields })
}
