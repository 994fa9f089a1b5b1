import { type Handle, prepare } from '../db/handle.ts'
import { type Neighbours, noNeighbours } from '../platform/neighbours.ts'
import { firstKeyAt } from '../platform/one-time-secret.ts'
import type { Project } from '../projects/project.ts'
import { LOGIN_TOKEN_LIFE } from './code.ts'

// The exact count, bounded by the limit: a walk over the codes of the last minutes, which lie side by side.
const count = prepare<{ from: Uint8Array; project: string; now: number; limit: number }>()((db, place) =>
  db
    .selectFrom(
      db
        .selectFrom('codes')
        .select('key')
        .where('key', '>=', place.from)
        .where('project_id', '=', place.project)
        .where('redeemed_at', 'is', null)
        .where('expires_at', '>', place.now)
        .limit(place.limit)
        .as('outstanding'),
    )
    .select(eb => eb.fn.countAll<number>().as('codes')),
)

/** Keeps a project from having more codes outstanding than its limit, at no cost while it is far from it. */
export interface OutstandingCodes {
  /** Counts one more code, if the project may have one. */
  admit(db: Handle, project: Project, now: number): Promise<boolean>
  /** A code of the project was redeemed. */
  release(projectId: string): void
}

/** Milliseconds after which the other workers know what was made and redeemed here. */
const TELL_AFTER = 100

/**
 * Every machine keeps an estimate: what its workers made less what they redeemed. The estimate forgets nothing that
 * expired, so it errs upwards; when it reaches the limit the codes are counted for real, at most once a second. A busy
 * morning costs an addition per code, an attack one query a second.
 */
export function createOutstandingCodes(neighbours: Neighbours = noNeighbours): OutstandingCodes {
  const estimates = new Map<string, { codes: number; countedAt: number }>()
  /** What the others were not told yet, by project. */
  const untold = new Map<string, number>()
  neighbours.hear('codes', ([projectId, change]) => {
    const estimate = estimateOf(String(projectId))
    estimate.codes = Math.max(0, estimate.codes + Number(change))
  })

  function estimateOf(projectId: string) {
    let estimate = estimates.get(projectId)
    if (!estimate) {
      estimate = { codes: 0, countedAt: Number.NEGATIVE_INFINITY }
      estimates.set(projectId, estimate)
    }
    return estimate
  }

  function note(projectId: string, change: 1 | -1): void {
    if (untold.size === 0) setTimeout(tell, TELL_AFTER).unref()
    untold.set(projectId, (untold.get(projectId) ?? 0) + change)
  }
  function tell(): void {
    for (const [projectId, change] of untold) if (change !== 0) neighbours.tell('codes', [projectId, change])
    untold.clear()
  }

  return {
    async admit(db, project, now) {
      const limit = project.outstandingCodesLimit
      const estimate = estimateOf(project.id)
      if (estimate.codes >= limit && Math.abs(now - estimate.countedAt) >= 1000) {
        const from = firstKeyAt(now - LOGIN_TOKEN_LIFE)
        const row = await count.first(db, { from, project: project.id, now, limit })
        estimate.codes = Number(row!.codes)
        estimate.countedAt = now
      }
      if (estimate.codes >= limit) return false
      estimate.codes++
      note(project.id, 1)
      return true
    },
    release(projectId) {
      const estimate = estimateOf(projectId)
      estimate.codes = Math.max(0, estimate.codes - 1)
      note(projectId, -1)
    },
  }
}
