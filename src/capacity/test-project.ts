// The project that a measurement makes for itself and deletes at its end, by the admin API or, on the machine itself, in
// the database.
import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { randomBytes } from '../platform/random.ts'
import { createProject, type NewProject } from '../projects/create-project.ts'
import { deleteProject } from '../projects/update-project.ts'
import type { Ask, Reply } from './ask.ts'

export interface TestProject {
  readonly slug: string
  readonly clientId: string
  readonly clientSecret: string
  readonly siteClientId: string
  readonly siteClientSecret: string
  remove(): Promise<void>
}

/** Whoever finds it knows what it is. `.invalid` is nobody's (RFC 6761, section 6.4). */
function newTestProject(): NewProject {
  const slug = `capacity-test-${randomBytes(4).toString('hex')}`
  const siteUrl = `https://${slug}.invalid`
  return { slug, name: 'Capacity test (gatepass bench)', siteUrl, loginUrl: `${siteUrl}/login` }
}

export async function makeInDatabase(
  deps: { database: Database; clock: Clock; issuer: string },
  actor: Actor,
): Promise<TestProject> {
  const created = await createProject(deps, actor, newTestProject())
  return { ...created, remove: () => deleteProject(deps, actor, created.slug) }
}

/** @throws AppError with a sentence for whoever gave the key. */
export async function makeByApi(ask: Ask, key: string): Promise<TestProject> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const wanted = newTestProject()
  const made = await ask({ method: 'POST', path: '/api/v1/projects', headers, body: JSON.stringify(wanted) })
  refuse(made, 201)
  const { project, loginClientSecret, siteClientSecret } = JSON.parse(made.body)
  return {
    slug: wanted.slug,
    clientId: project.loginClientId,
    clientSecret: loginClientSecret,
    siteClientId: project.siteClientId,
    siteClientSecret,
    async remove() {
      const path = `/api/v1/projects/${wanted.slug}`
      refuse(await ask({ method: 'DELETE', path, headers: { authorization: headers.authorization } }), 204)
    },
  }
}

function refuse({ status, body }: Reply, expected: number): void {
  if (status === expected) return
  if (status === 401) throw new AppError('invalid_client', 'The API key is wrong, has ended or was revoked.')
  if (status === 403) {
    const sentence = 'The API key may not make projects: it needs the scope projects:write, for all projects.'
    throw new AppError('access_denied', sentence)
  }
  throw new AppError('temporarily_unavailable', `The admin API answered ${status}: ${body.slice(0, 200)}`)
}
