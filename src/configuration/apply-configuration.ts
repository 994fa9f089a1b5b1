import type { Actor, AuditEvent } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { changeManySettings } from '../projects/change-settings.ts'
import { type Change, currentConfiguration, sameValue } from './configuration.ts'
import { createExecution, type NewSecret } from './execute-change.ts'
import { type Plan, planConfiguration } from './plan-configuration.ts'
import type { ConfigurationSource } from './read-configuration.ts'

/** Problems of one file that are told; whoever has more has another one first. */
const MOST_TOLD = 100

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly issuer: string
}

export interface Applied {
  readonly changes: readonly Change[]
  /** Secrets that were made. They are nowhere else from here on. */
  readonly secrets: readonly NewSecret[]
}

/**
 * What applying would do now.
 * @throws AppError `invalid_request` with every problem of the file and its place.
 */
export async function previewConfiguration(
  deps: Pick<Deps, 'database' | 'issuer'>,
  source: ConfigurationSource,
  prune: boolean,
): Promise<readonly Change[]> {
  return (await planSound(deps.database.read, deps.issuer, source, prune)).changes
}

/**
 * Makes true what a file wants: all of it in one transaction, or nothing. Each change has its own entry in the audit log.
 * @param options.expected changes that somebody looked at and agreed to; others are not made.
 * @throws AppError `invalid_request` with every problem of the file and its place; `precondition_failed` where the
 * changes are no longer those that were expected.
 */
export async function applyConfiguration(
  deps: Deps,
  actor: Actor,
  source: ConfigurationSource,
  options: { prune: boolean; expected?: readonly Change[] },
): Promise<Applied> {
  const now = deps.clock.now()
  return await changeManySettings(deps.database, actor, now, async tx => {
    const { changes } = await planSound(tx, deps.issuer, source, options.prune)
    if (options.expected && !sameValue(asJson(options.expected), asJson(changes))) {
      throw new AppError(
        'precondition_failed',
        'The configuration was changed by somebody else since this plan was made; nothing was applied.',
      )
    }
    const execution = createExecution(tx, await currentConfiguration(tx), deps.issuer, now)
    const events: AuditEvent[] = []
    const secrets: NewSecret[] = []
    for (const change of changes) {
      const done = await execution.execute(change)
      events.push(...done.events)
      secrets.push(...done.secrets)
    }
    return { result: { changes, secrets }, events }
  })
}

async function planSound(
  db: Handle,
  issuer: string,
  source: ConfigurationSource,
  prune: boolean,
): Promise<Plan> {
  const plan = planConfiguration(await currentConfiguration(db), source.wanted, { issuer, prune })
  const problems = source.withFindings(plan.findings)
  if (problems.length === 0) return plan
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  const told = problems.slice(0, MOST_TOLD)
  const these = told.length < problems.length ? `, these and others` : ''
  throw new AppError('invalid_request', `The configuration cannot be taken; it has ${count}${these}.`, {
    fields: told,
  })
}

/** As changes look that went out over HTTP and came back. */
function asJson(changes: readonly Change[]): unknown {
  return JSON.parse(JSON.stringify(changes))
}
