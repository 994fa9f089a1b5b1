import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import type { Clock } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import { type Change, changeSettings } from './change-settings.ts'
import { checkSettings } from './check-settings.ts'
import { insertNewSecret } from './client-secrets.ts'
import type { ClientKind, ProjectSettings } from './project.ts'
import { insertProject } from './project-store.ts'
import { refuseTaken } from './refuse-taken.ts'

/** What an administrator has to give; the rest has defaults. */
export type NewProject = Pick<ProjectSettings, 'slug' | 'name' | 'siteUrl'> & Partial<ProjectSettings>

/** A new project's credentials. The secrets are nowhere else from here on. */
export interface CreatedProject {
  readonly id: string
  readonly slug: string
  readonly clientId: string
  readonly clientSecret: string
  readonly siteClientId: string
  readonly siteClientSecret: string
}

export const defaultSettings = {
  siteFolder: null,
  logoutUrl: null,
  standard: 'jwt',
  accountAdmission: 'members',
  jwtEnabled: true,
  homePublished: true,
  unknownGroups: 'reject',
  pathRules: [],
  allowedRedirects: [],
  signingAlgorithm: 'ES256',
  outstandingCodesLimit: 100_000,
  binding: 'off',
  siteElsewhere: false,
  logoUrl: null,
  accentColor: null,
  minTokenValidity: 5,
  maxTokenValidity: 1440,
  defaultTokenValidity: 15,
} as const satisfies Partial<ProjectSettings>

/**
 * Makes a project with a login client and a site client, each with a first secret.
 * @throws AppError `invalid_request` for wrong settings, `conflict` for a slug or site that another project has.
 */
export async function createProject(
  deps: { database: Database; clock: Clock; issuer: string },
  actor: Actor,
  input: NewProject,
): Promise<CreatedProject> {
  const now = deps.clock.now()
  return await changeSettings(deps.database, actor, now, tx => createProjectIn(tx, deps.issuer, input, now))
}

/** `createProject` inside a transaction. */
export async function createProjectIn(
  tx: Handle,
  issuer: string,
  input: NewProject,
  now: number,
): Promise<Change<CreatedProject>> {
  const { settings, siteHost } = checkSettings(
    { ...defaultSettings, ...input, ...signedInWhere(input) },
    issuer,
  )
  await refuseTaken(tx, settings.slug, siteHost)
  const id = uuidv7(now)
  await insertProject(tx, id, siteHost, settings, now)
  const [clientId, siteClientId] = [newClientId('login', now), newClientId('site', now)]
  await tx
    .insertInto('clients')
    .values([newClient(clientId, id, 'login', now), newClient(siteClientId, id, 'site', now)])
    .execute()
  const result = {
    id,
    slug: settings.slug,
    clientId,
    clientSecret: await insertNewSecret(tx, clientId, 'first', now),
    siteClientId,
    siteClientSecret: await insertNewSecret(tx, siteClientId, 'first', now),
  }
  const event = {
    action: 'project.create',
    projectId: id,
    target: settings.slug,
    detail: { ...settings },
  }
  return { result, event }
}

/** Without a login page of its own a project has the one that is built in. */
function signedInWhere({
  standard,
  loginUrl = '',
}: NewProject): Pick<ProjectSettings, 'standard' | 'loginUrl'> {
  return { standard: standard ?? (loginUrl === '' ? 'accounts' : 'jwt'), loginUrl }
}

/** A client that proves itself by a secret and has no redirect URIs yet. */
export function newClient(id: string, projectId: string, kind: ClientKind, now: number) {
  return {
    id,
    project_id: projectId,
    kind,
    name: '',
    auth_method: 'client_secret',
    redirect_uris: '[]',
    post_logout_redirect_uris: '[]',
    backchannel_logout_uri: null,
    jwks: null,
    id_token_algorithm: null,
    created_at: now,
    version: 1,
  } as const
}

/** `login_...`, `site_...` or `application_...`: a client ID pasted into the wrong place is seen at a glance. */
export function newClientId(kind: ClientKind, now: number): string {
  return `${kind}_${uuidv7(now).replaceAll('-', '')}`
}
