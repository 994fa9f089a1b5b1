// What is over is removed, in the background and in steps. Each part of the program says which of its rows are over
// (purge-*.ts there), and here is the list.
import type { Logger } from 'pino'
import { purgeAccountLinks, purgeAccountSessions, removeMembers } from './accounts/purge-accounts.ts'
import {
  endExpiredAdministratorSessions,
  purgeAdministratorLinks,
  purgeAdministratorSessions,
  purgeIdempotencyKeys,
} from './administrators/purge-administrators.ts'
import { purgeAttemptSteps, removeSignInCounts } from './audit/purge-attempts.ts'
import { purgeCodes } from './codes/purge-codes.ts'
import type { Database } from './db/database.ts'
import { type PurgeStep, STEP_SIZE } from './db/purge-step.ts'
import {
  purgePendingAuthorizations,
  purgePushedRequests,
  purgeRefreshTokens,
  purgeUsedAssertions,
} from './oidc/purge-oidc.ts'
import { purgeGuessCounters } from './passwords/purge-guesses.ts'
import type { Clock } from './platform/clock.ts'
import { workOff } from './platform/work-off.ts'
import { findDeletedProject, removeProject } from './projects/purge-projects.ts'
import { removeReaders } from './readers/purge-readers.ts'
import { purgeLogoutNotices, purgeSessions, purgeSsoTokens } from './sessions/purge-sessions.ts'
import {
  purgeUpstreamSignIns,
  purgeUsedSamlAssertions,
  removeIdentityProviders,
} from './upstream/purge-upstream.ts'

/** A deleted project's readers go in steps, then all else of it in one. Codes and sessions age out. */
const purgeDeletedProjects: PurgeStep = async tx => {
  const id = await findDeletedProject(tx)
  if (id === undefined) return 0n
  const readers = await removeReaders(tx, id)
  if (readers > 0n) return readers
  await removeIdentityProviders(tx, id)
  await removeMembers(tx, id)
  await removeSignInCounts(tx, id)
  await removeProject(tx, id)
  return 1n
}

const steps: readonly PurgeStep[] = [
  purgeCodes,
  purgeSessions,
  purgeSsoTokens,
  purgeRefreshTokens,
  purgePendingAuthorizations,
  purgePushedRequests,
  purgeUpstreamSignIns,
  purgeUsedAssertions,
  purgeUsedSamlAssertions,
  purgeIdempotencyKeys,
  purgeAttemptSteps,
  purgeLogoutNotices,
  purgeAdministratorSessions,
  purgeAccountSessions,
  endExpiredAdministratorSessions,
  purgeAdministratorLinks,
  purgeAccountLinks,
  purgeGuessCounters,
  purgeDeletedProjects,
]

/** Removes a step's worth of what is over. @returns whether there may be more. */
export async function purgeStep(database: Database, now: number, attemptDays: number): Promise<boolean> {
  let more = false
  for (const step of steps) {
    if ((await database.write(tx => step(tx, { now, attemptDays }))) >= STEP_SIZE) more = true
  }
  return more
}

/** Purges in the background, step by step, until it is stopped. */
export function startPurge(database: Database, clock: Clock, attemptDays: number, logger: Logger) {
  return workOff(
    () => purgeStep(database, clock.now(), attemptDays),
    error => logger.error({ err: error }, 'purging what is over failed; it is tried again'),
  )
}
