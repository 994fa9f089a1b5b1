import type { RecentVisits } from '../audit/recent-visits.ts'
import type { Project } from '../projects/project.ts'
import type { AttentionItem } from './attention.ts'

/** One who signs in may take so long, in milliseconds. */
export const PATIENCE = 600_000
/** A search engine or two do not come back either: so many redirects, from so many addresses, say something. */
const LEAST = { redirects: 10, addresses: 5 }
const MANY = 50
const FEW_CODES = 0.1

/** Readers who are sent to the login URL and never heard of again. */
export function watchVisits(project: Project, visits: RecentVisits, now: number): AttentionItem[] {
  const { redirects, addresses, codes } = visits
  // By the other standards nobody pushes.
  if (project.standard !== 'jwt') return []
  if (redirects < LEAST.redirects || addresses < LEAST.addresses) return []
  const few = redirects >= MANY && codes < redirects * FEW_CODES
  if (codes > 0 && !few) return []
  return [
    {
      kind: 'readers_not_returning',
      severity: codes === 0 ? 'error' : 'warning',
      sentence:
        codes === 0
          ? `${redirects} browsers were sent to the login page within an hour, and the login endpoint asked for no code.`
          : `${redirects} browsers were sent to the login page within an hour, and the login endpoint asked for ${codes} codes only.`,
      detail: `Open ${project.loginUrl} and sign in: it must push the reader and send the browser to the callback URL.`,
      since: now - PATIENCE - 3_600_000,
      projectId: project.id,
      traceId: null,
    },
  ]
}
