import { recordStep, type Visit } from '../audit/attempts.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import type { Clock } from '../platform/clock.ts'
import { keyOfSecret } from '../platform/one-time-secret.ts'
import type { Project } from '../projects/project.ts'
import type { Reader } from '../readers/reader.ts'
import { findReader } from '../readers/reader-store.ts'
import type { Code } from './code.ts'
import { buryCode, findCode } from './code-store.ts'

/** The code of this project that was presented, and its reader; the code is not spent. */
export async function findPresented(
  db: Handle,
  project: Project,
  text: string,
): Promise<{ code: Code; reader: Reader } | undefined> {
  const key = keyOfSecret(text)
  const code = key && (await findCode(db, key))
  if (code?.projectId !== project.id) return undefined
  const reader = await findReader(db, code.readerId)
  return reader && { code, reader }
}

/**
 * Somebody who was asked "Continue as ...?" says that it is not them, or the answer was not theirs to give. A code that
 * reached the wrong person is dead from then on; a forged answer leaves it as it was.
 */
export async function refuseCode(
  deps: { database: Database; clock: Clock },
  project: Project,
  text: string,
  reason: 'confirm_refused' | 'confirm_forged',
  visit: Visit,
): Promise<void> {
  const now = deps.clock.now()
  await deps.database.write(async tx => {
    const presented = await findPresented(tx, project, text)
    if (!presented) return
    const { code, reader } = presented
    if (reason === 'confirm_refused' && code.redeemedAt === null) await buryCode(tx, code.key)
    await recordStep(tx, {
      traceId: code.traceId,
      address: visit.address,
      projectId: project.id,
      at: now,
      step: 'confirm',
      outcome: 'failed',
      reason,
      reader: reader.externalId,
      detail: {},
    })
  })
}
