// Each operation asked once, the way it is meant: what a test over all of them drives.
import { insertAdministrator, setPasswordHash } from '../../src/administrators/administrator-store.ts'
import { listApiKeys } from '../../src/administrators/api-keys.ts'
import { createSiteClient } from '../../src/projects/site-clients.ts'
import { listSessions } from '../../src/sessions/list-sessions.ts'
import { sidOf } from '../../src/sessions/session.ts'
import { ada, type TestProject } from '../start-app.ts'
import type { ApiWorld, Asked } from './world.ts'

/** A project with one of everything. */
export interface Furnished {
  readonly project: TestProject
  /** What stands in the address of an operation, by name. */
  readonly params: Readonly<Record<string, string>>
}

let made = 0

export async function furnish(world: ApiWorld, slug = `p${++made}`): Promise<Furnished> {
  const project = await world.project({ slug })
  const group = await world.group(project, 'crew')
  // A project's own site client is its oldest.
  world.clock.advance(1)
  const client = await createSiteClient(world.rules, world.actor, slug, { name: 'Support' })
  await world.signIn(project, { readerGroupIds: ['crew'] })
  const [session] = await listSessions(world.database.read, {
    projectId: project.id,
    all: true,
    now: world.clock.now(),
    limit: 1,
  })
  const secrets = await world.done('listSecrets', { params: { project: slug } })
  const administrator = `00000000-0000-7000-8000-${String(++made).padStart(12, '0')}`
  const notice = `00000000-0000-7000-8000-${String(++made).padStart(12, '0')}`
  await world.database.write(async tx => {
    const input = { email: `${slug}@example.com`, name: slug, role: 'owner', projectIds: null } as const
    await insertAdministrator(tx, administrator, input, world.clock.now())
    const other = administrator.replace(/^0/, '1')
    await insertAdministrator(tx, other, { ...input, email: `x-${slug}@example.com` }, 1)
    await setPasswordHash(tx, administrator, 'hash')
    await setPasswordHash(tx, other, 'hash')
    await tx
      .insertInto('logout_notices')
      .values({
        id: notice,
        project_id: project.id,
        client_id: client.clientId,
        reader_id: session!.readerId,
        sid: sidOf(session!.key),
        trace_id: session!.traceId,
        created_at: world.clock.now(),
        tries: 4,
        due_at: null,
        claimed_until: null,
        delivered_at: null,
        last_problem: 'no answer',
      })
      .execute()
  })
  const keys = await listApiKeys(world.database.read)
  const signingKeys = (await world.done('listKeys')).items
  return {
    project,
    params: {
      project: slug,
      client: client.clientId,
      secret: secrets.items[0].id,
      group: group.slug,
      reader: session!.readerId,
      sid: sidOf(session!.key),
      notice,
      traceId: session!.traceId,
      administrator,
      key: keys.find(({ name }) => name === 'to be revoked')?.id ?? keys[0]!.id,
      kid: signingKeys.find((key: { state: string }) => key.state === 'signing').kid,
    },
  }
}

const file = (slug: string) =>
  `projects:\n  - slug: ${slug}-filed\n    name: Filed\n    siteUrl: http://${slug}-filed.test\n    loginUrl: http://l.test/\n`

/** What to send; operations that are not here take nothing. */
export const bodies: Readonly<Record<string, (slug: string) => Asked>> = {
  createProject: slug => ({
    body: {
      slug: `${slug}-new`,
      name: 'New',
      siteUrl: `http://${slug}-new.test`,
      loginUrl: 'http://login.test/',
    },
  }),
  updateProject: () => ({ body: { name: 'Other' } }),
  issueSecret: () => ({ body: { label: 'test', expiresIn: 3600 } }),
  rotateSecret: () => ({ body: { grace: 60 } }),
  createClient: () => ({ body: { name: 'App', redirectUris: ['https://app.example.com/cb'] } }),
  updateClient: () => ({ body: { backchannelLogoutUri: 'https://app.example.com/out' } }),
  createGroup: () => ({ body: { slug: 'press', name: 'Press' } }),
  updateGroup: () => ({ body: { name: 'Everybody' } }),
  inviteAdministrator: slug => ({
    body: { email: `new-${slug}@example.com`, name: 'New', role: 'read_only', projects: [slug] },
  }),
  updateAdministrator: () => ({ body: { name: 'Other', disabled: true } }),
  createApiKey: slug => ({ body: { name: 'deploy', scopes: ['projects:read'], projects: [slug] } }),
  planConfiguration: slug => ({ body: { yaml: file(slug) } }),
  applyConfiguration: slug => ({ body: { yaml: file(slug) } }),
  rotateKey: () => ({ body: { atOnce: true } }),
  tryPush: () => ({ body: { payload: ada } }),
  createTestCode: () => ({ body: { payload: ada } }),
}
