import { recordRefusal, type Visit } from '../audit/attempts.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Project } from '../projects/project.ts'

/**
 * Writes into the attempt why a sign-in at a provider ends, unless that stands there already. From here on the error
 * names the attempt.
 * @param about the attempt that the sign-in belongs to, and what it tells beside the error's own detail.
 * @param mayTell whether the timeline has room for one more refusal of somebody whom nobody has vouched for.
 */
export async function tellRefusal(
  deps: { readonly database: Database; readonly clock: Clock },
  project: Project,
  about: { readonly traceId: string; readonly detail?: Readonly<Record<string, unknown>> },
  thrown: unknown,
  visit: Visit,
  mayTell: () => Promise<boolean> = async () => true,
): Promise<void> {
  if (!(thrown instanceof AppError) || thrown.traceId !== undefined) return
  const { traceId, detail = {} } = about
  thrown.traceId = traceId
  if (!(await mayTell())) return
  const step = { step: 'provider', projectId: project.id, reader: null, at: deps.clock.now() } as const
  const told = { reason: thrown.reason, detail: { ...detail, ...thrown.detail } }
  await recordRefusal(deps.database, { ...visit, traceId }, step, told)
}
