import type { Logger } from 'pino'
import type { Clock } from '../platform/clock.ts'
import { firstKeyAt } from '../platform/one-time-secret.ts'
import { firstUuidAt } from '../platform/random.ts'
import { firstTraceIdAt } from '../platform/trace-id.ts'
import { newestCountedHour } from './counted-hours.ts'
import type { Database } from './database.ts'
import type { Handle } from './handle.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Nothing a code opened outlives a day: past it, a code has nothing left to revoke, and a session is over. */
const KEPT = DAY + HOUR
/** Rows a step: small enough that no request notices. */
const STEP = 500
const PAUSE = 60_000

/** Removes a step's worth of what is over. @returns whether there may be more. */
export async function purgeStep(database: Database, now: number, attemptDays: number): Promise<boolean> {
  const over = firstKeyAt(now - KEPT)
  const steps: ((tx: Handle) => Promise<bigint>)[] = [
    tx => removeBefore(tx, 'codes', over),
    tx => removeBefore(tx, 'sessions', over),
    tx => removeBefore(tx, 'sso_tokens', over),
    // A refresh token that was used tells of theft for as long as its session could live.
    tx => removeBefore(tx, 'refresh_tokens', over),
    tx => removeBefore(tx, 'pending_authorizations', firstKeyAt(now - HOUR)),
    tx => removeBefore(tx, 'pushed_requests', firstKeyAt(now - HOUR)),
    tx => removeBefore(tx, 'upstream_sign_ins', firstKeyAt(now - HOUR)),
    tx => removeUsedAssertions(tx, now - HOUR),
    tx => removeUsedSamlAssertions(tx, now - HOUR),
    tx => removeIdempotencyKeys(tx, now - DAY),
    async tx => {
      // What is not counted yet is kept until it is: counts outlive the steps that they are made from.
      const counted = await newestCountedHour(tx)
      if (counted === undefined) return 0n
      const oldest = firstTraceIdAt(Math.min(now - attemptDays * DAY, counted + HOUR))
      // One statement: over a network, 500 of them would hold up whoever writes.
      const result = await tx
        .deleteFrom('attempt_steps')
        .where(eb =>
          eb(
            eb.refTuple('trace_id', 'id'),
            'in',
            eb
              .selectFrom('attempt_steps')
              .select(['trace_id', 'id'])
              .where('trace_id', '<', oldest)
              .orderBy('trace_id')
              .orderBy('id')
              .limit(STEP)
              .$asTuple('trace_id', 'id'),
          ),
        )
        .executeTakeFirst()
      return result.numDeletedRows
    },
    async tx => {
      const result = await tx
        .deleteFrom('logout_notices')
        .where('id', 'in', eb =>
          eb
            .selectFrom('logout_notices')
            .select('id')
            .where('id', '<', firstUuidAt(now - attemptDays * DAY))
            .where('due_at', 'is', null)
            .limit(STEP),
        )
        .executeTakeFirst()
      return result.numDeletedRows
    },
    // An administrator's networks of the last weeks are told from strangers' (see accounts/guess-limits.ts).
    tx => removeBefore(tx, 'administrator_sessions', firstKeyAt(now - 30 * DAY)),
    tx => removeBefore(tx, 'account_sessions', firstKeyAt(now - 30 * DAY)),
    tx => endSessionsOfAdministrators(tx, now),
    tx => removeDeadLinks(tx, 'administrator_links', now),
    tx => removeDeadLinks(tx, 'account_links', now),
    tx => removeGuessCounters(tx, now),
    removeOfDeletedProjects,
  ]
  let more = false
  for (const step of steps) if ((await database.write(step)) >= STEP) more = true
  return more
}

/** Purges in the background, step by step, until it is stopped. */
export function startPurge(database: Database, clock: Clock, attemptDays: number, logger: Logger) {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let stopped = false

  const schedule = (wait: number) => {
    if (stopped) return
    timer = setTimeout(() => {
      running = purgeStep(database, clock.now(), attemptDays).then(
        more => schedule(more ? 50 : PAUSE),
        error => {
          logger.error({ err: error }, 'purging what is over failed; it is tried again')
          schedule(PAUSE)
        },
      )
    }, wait)
    timer.unref()
  }
  schedule(PAUSE)

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** Tables whose keys begin with the time that they were made. */
type TimeOrdered =
  | 'codes'
  | 'sessions'
  | 'refresh_tokens'
  | 'pending_authorizations'
  | 'pushed_requests'
  | 'upstream_sign_ins'
  | 'administrator_sessions'
  | 'account_sessions'
  | 'sso_tokens'

async function removeBefore(tx: Handle, table: TimeOrdered, over: Buffer): Promise<bigint> {
  const result = await tx
    .deleteFrom(table)
    .where('key', 'in', eb =>
      eb.selectFrom(table).select('key').where('key', '<', over).orderBy('key').limit(STEP),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}

/** An assertion that has expired is refused for that; an hour covers clocks that are set back. */
async function removeUsedAssertions(tx: Handle, over: number): Promise<bigint> {
  const result = await tx
    .deleteFrom('used_assertions')
    .where(eb =>
      eb(
        eb.refTuple('client_id', 'jti'),
        'in',
        eb
          .selectFrom('used_assertions')
          .select(['client_id', 'jti'])
          .where('expires_at', '<', over)
          .orderBy('expires_at')
          .limit(STEP)
          .$asTuple('client_id', 'jti'),
      ),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}

async function removeUsedSamlAssertions(tx: Handle, over: number): Promise<bigint> {
  const result = await tx
    .deleteFrom('used_saml_assertions')
    .where(eb =>
      eb(
        eb.refTuple('provider_id', 'assertion_id'),
        'in',
        eb
          .selectFrom('used_saml_assertions')
          .select(['provider_id', 'assertion_id'])
          .where('expires_at', '<', over)
          .orderBy('expires_at')
          .limit(STEP)
          .$asTuple('provider_id', 'assertion_id'),
      ),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}

/** A session that has expired stays over, even if the clock is set back. */
async function endSessionsOfAdministrators(tx: Handle, now: number): Promise<bigint> {
  const result = await tx
    .updateTable('administrator_sessions')
    .set({ ended_at: now })
    .where('ended_at', 'is', null)
    .where('expires_at', '<=', now)
    .executeTakeFirst()
  return result.numUpdatedRows
}

async function removeDeadLinks(
  tx: Handle,
  table: 'administrator_links' | 'account_links',
  now: number,
): Promise<bigint> {
  const result = await tx
    .deleteFrom(table)
    .where(eb => eb.or([eb('used_at', 'is not', null), eb('expires_at', '<=', now)]))
    .executeTakeFirst()
  return result.numDeletedRows
}

async function removeGuessCounters(tx: Handle, now: number): Promise<bigint> {
  const result = await tx
    .deleteFrom('guess_counters')
    .where('key', 'in', eb =>
      eb.selectFrom('guess_counters').select('key').where('ends_at', '<=', now).limit(STEP),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}

/** An answer can be had again for a day. */
async function removeIdempotencyKeys(tx: Handle, over: number): Promise<bigint> {
  const result = await tx
    .deleteFrom('idempotency_keys')
    .where('key', 'in', eb =>
      eb.selectFrom('idempotency_keys').select('key').where('created_at', '<=', over).limit(STEP),
    )
    .executeTakeFirst()
  return result.numDeletedRows
}

/** A deleted project's readers go in steps, then its clients and groups, then itself. Codes and sessions age out. */
async function removeOfDeletedProjects(tx: Handle): Promise<bigint> {
  const project = await tx
    .selectFrom('projects')
    .select('id')
    .where('deleted_at', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  if (!project) return 0n
  const { id } = project
  const readers = await tx
    .deleteFrom('readers')
    .where('id', 'in', eb => eb.selectFrom('readers').select('id').where('project_id', '=', id).limit(STEP))
    .executeTakeFirst()
  if (readers.numDeletedRows > 0n) return readers.numDeletedRows
  const clients = tx.selectFrom('clients').select('id').where('project_id', '=', id)
  await tx.deleteFrom('client_secrets').where('client_id', 'in', clients).execute()
  await tx.deleteFrom('clients').where('project_id', '=', id).execute()
  await tx.deleteFrom('identity_providers').where('project_id', '=', id).execute()
  await tx.deleteFrom('account_members').where('project_id', '=', id).execute()
  await tx.deleteFrom('reader_groups').where('project_id', '=', id).execute()
  await tx.deleteFrom('sign_in_counts').where('project_id', '=', id).execute()
  await tx.deleteFrom('projects').where('id', '=', id).execute()
  return 1n
}
