import type { Logger } from 'pino'
import { type Actor, recordAudit } from '../audit/audit-log.ts'
import type { Clock } from '../platform/clock.ts'
import { isForgotten, PUBLISHED_BEFORE_SIGNING, rotationDueAt } from './key-schedule.ts'
import { deleteKey, listKeys, newestKeys } from './key-store.ts'
import { type KeyDeps, type NextKey, publishSuccessor } from './rotate-key.ts'

const PAUSE = 60_000
const system: Actor = { name: 'gatepass', origin: 'schedule' }

export interface RotationDeps extends KeyDeps {
  /** Days that a key signs; 0: nothing is rotated here. */
  readonly rotationDays: number
}

/**
 * Publishes the successor of every key that will have signed for its days, and deletes those that left the JWKS long
 * ago. Any number of processes may do so at any time: each successor is published once.
 * @returns the keys that were published and deleted by this call.
 */
export async function rotateKeysWhenDue(
  deps: RotationDeps,
  now: number,
): Promise<{ published: NextKey[]; deleted: string[] }> {
  const published: NextKey[] = []
  for (const newest of await newestKeys(deps.database.read)) {
    if (deps.rotationDays === 0 || now < rotationDueAt(newest, deps.rotationDays)) continue
    const next = await publishSuccessor(deps, system, newest, now + PUBLISHED_BEFORE_SIGNING, now)
    if (next) published.push(next)
  }
  return { published, deleted: await deleteForgotten(deps, now) }
}

/** Advances the schedule once a minute until it is stopped. */
export function startKeyRotation(deps: RotationDeps, clock: Clock, logger: Logger) {
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let stopped = false

  async function advance(): Promise<void> {
    try {
      const { published, deleted } = await rotateKeysWhenDue(deps, clock.now())
      for (const key of published) logger.info(key, 'a new signing key is published')
      for (const kid of deleted) logger.info({ kid }, 'an old signing key is deleted')
    } catch (error) {
      logger.error({ err: error }, 'rotating the signing keys failed; it is tried again')
    }
    schedule(PAUSE)
  }
  function schedule(wait: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      running = advance()
    }, wait)
    timer.unref()
  }
  schedule(0)

  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}

async function deleteForgotten({ database }: KeyDeps, now: number): Promise<string[]> {
  // Looked up first: nearly always there is nothing, and a write would wait for the others and the disk.
  if (!(await listKeys(database.read)).some(key => isForgotten(key, now))) return []
  return await database.write(async tx => {
    const forgotten = (await listKeys(tx)).filter(key => isForgotten(key, now))
    for (const { kid, algorithm } of forgotten) {
      await deleteKey(tx, kid)
      const event = { action: 'key.delete', projectId: null, target: kid, detail: { algorithm } }
      await recordAudit(tx, system, event, now)
    }
    return forgotten.map(key => key.kid)
  })
}
