import { countSignIns } from '../audit/count-sign-ins.ts'
import { recentFailures } from '../audit/recent-failures.ts'
import { noVisits, recentVisits } from '../audit/recent-visits.ts'
import type { Projects } from '../audit/sign-in.ts'
import type { Database } from '../db/database.ts'
import { listKeys } from '../keys/key-store.ts'
import type { Clock } from '../platform/clock.ts'
import { listClients } from '../projects/project-store.ts'
import type { Registry } from '../projects/registry.ts'
import { listLateNotices } from '../sessions/notice-store.ts'
import { listIdentityProviders } from '../upstream/identity-provider-store.ts'
import { type AttentionItem, byUrgency } from './attention.ts'
import { watchCertificates } from './watch-certificates.ts'
import {
  type Lately,
  watchFailures,
  watchGivenUpNotices,
  watchOutstandingCodes,
  watchRetiredSecrets,
} from './watch-failures.ts'
import { watchKeys } from './watch-keys.ts'
import { watchMail } from './watch-mail.ts'
import { watchNotices } from './watch-notices.ts'
import { watchSecrets } from './watch-secrets.ts'
import { watchSettings } from './watch-settings.ts'
import { PATIENCE, watchVisits } from './watch-visits.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

export interface AttentionDeps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  /** Days that a signing key signs; 0: keys are rotated by hand alone. */
  readonly keyRotationDays: number
}

/** What needs an administrator in these projects, and for `all` in the installation; the most urgent first. */
export async function findAttention(
  { database, clock, registry, keyRotationDays }: AttentionDeps,
  { projects }: { projects: Projects },
): Promise<AttentionItem[]> {
  const now = clock.now()
  const db = database.read
  const visible = registry.projects().filter(({ id }) => projects === 'all' || projects.has(id))
  // From the database: when a secret was used last moves no settings version.
  const clients = Map.groupBy(await listClients(db), ({ projectId }) => projectId)
  const late = Map.groupBy(await listLateNotices(db), ({ projectId }) => projectId)
  const visits = await recentVisits(db, projects, { now, patience: PATIENCE })
  const day = await countSignIns(db, { projects, from: now - DAY, to: now, now, by: 'hour' })

  const items =
    projects === 'all'
      ? [...watchKeys(await listKeys(db), keyRotationDays, now), ...(await watchMail(db, now))]
      : []
  for (const project of visible) {
    const { id } = project
    const visited = visits.get(id) ?? noVisits
    const ofDay = await recentFailures(db, id, now - DAY)
    const lately: Lately = {
      day: { failures: ofDay, passed: day.byProject.get(id)?.passed ?? 0 },
      hour: {
        failures: ofDay.length === 0 ? [] : await recentFailures(db, id, now - HOUR),
        passed: visited.passed,
      },
    }
    items.push(
      ...(await watchSettings(project)),
      ...(project.standard === 'saml'
        ? watchCertificates(project, await listIdentityProviders(db, id), now)
        : []),
      ...(clients.get(id) ?? []).flatMap(({ client }) => watchSecrets(project, client, now)),
      ...watchFailures(project, lately),
      ...watchRetiredSecrets(project, lately, now),
      ...watchOutstandingCodes(project, lately),
      ...watchGivenUpNotices(project, lately),
      ...watchVisits(project, visited, now),
      ...(late.get(id) ?? []).map(watchNotices),
    )
  }
  return items.sort(byUrgency)
}
