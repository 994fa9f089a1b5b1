import { ACCOUNT_ISSUER } from '../../accounts/account.ts'
import { findAttemptOf, recordRefusal, type StepName, type Visit } from '../../audit/attempts.ts'
import type { Database } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Project } from '../../projects/project.ts'
import { externalIdOf } from '../identity-provider.ts'

/** Where a refusal at the login page is told: the project that the sign-in is for, and its attempt, where known. */
export interface About {
  readonly project: Project | undefined
  /** `state` as the site sent it. */
  readonly state?: string | undefined
}

/** Does what may be refused, and tells the true reason in the timeline. @throws what it throws. */
export async function tellingRefusal<T>(
  deps: { readonly database: Database; readonly clock: Clock },
  step: StepName,
  { project, state }: About,
  visit: Visit,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.reason !== undefined && error.traceId === undefined) {
      const began = project && (await findAttemptOf(deps.database.read, project.id, state))
      const traceId = began ?? visit.traceId
      const { account } = error.detail
      const reader =
        typeof account === 'string' ? externalIdOf({ issuer: ACCOUNT_ISSUER, subject: account }) : null
      const about = { step, projectId: project?.id ?? null, reader, at: deps.clock.now() }
      const told = { reason: error.reason, detail: { ...error.detail, issuer: ACCOUNT_ISSUER } }
      await recordRefusal(deps.database, { ...visit, traceId }, about, told)
      error.traceId = traceId
    }
    throw error
  }
}
