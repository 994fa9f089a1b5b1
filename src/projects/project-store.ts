import type { Handle } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import type { Client, ClientSecret, Project, ProjectSettings, ReaderGroup } from './project.ts'

export async function insertProject(
  tx: Handle,
  id: string,
  siteHost: string,
  settings: ProjectSettings,
  now: number,
): Promise<void> {
  await tx
    .insertInto('projects')
    .values({
      id,
      ...toColumns(settings),
      site_host: siteHost,
      created_at: now,
      updated_at: now,
      deleted_at: null,
      suite_account_id: null,
      version: 1,
    })
    .execute()
}

export async function updateProject(
  tx: Handle,
  id: string,
  siteHost: string,
  settings: ProjectSettings,
  now: number,
): Promise<void> {
  await tx
    .updateTable('projects')
    .set(eb => ({
      ...toColumns(settings),
      site_host: siteHost,
      updated_at: now,
      version: eb('version', '+', 1),
    }))
    .where('id', '=', id)
    .execute()
}

export async function markProjectDeleted(tx: Handle, id: string, now: number): Promise<void> {
  await tx.updateTable('projects').set({ deleted_at: now }).where('id', '=', id).execute()
}

export async function listProjects(db: Handle): Promise<Project[]> {
  const projects = await db
    .selectFrom('projects')
    .selectAll()
    .where('deleted_at', 'is', null)
    .orderBy('slug')
    .execute()
  const groups = await db.selectFrom('reader_groups').selectAll().orderBy('slug').execute()
  const groupsOf = Map.groupBy(groups, group => group.project_id)
  return projects.map(row => toProject(row, (groupsOf.get(row.id) ?? []).map(toGroup)))
}

/** Every client with its secrets, and the project that it belongs to; the oldest first. */
export async function listClients(db: Handle): Promise<{ client: Client; projectId: string }[]> {
  const clients = await db.selectFrom('clients').selectAll().orderBy('created_at').orderBy('id').execute()
  const secrets = await db
    .selectFrom('client_secrets')
    .selectAll()
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const secretsOf = Map.groupBy(secrets, secret => secret.client_id)
  return clients.map(row => ({
    client: toClient(row, (secretsOf.get(row.id) ?? []).map(toSecret)),
    projectId: row.project_id,
  }))
}

/**
 * The clients of one project as they are stored, the oldest first. For whoever looks at when a secret was used last:
 * that moves no settings version, so what the registry has in memory may be older.
 */
export async function listClientsOf(db: Handle, projectId: string): Promise<Client[]> {
  const all = await listClients(db)
  return all.filter(each => each.projectId === projectId).map(({ client }) => client)
}

function toColumns(settings: ProjectSettings) {
  return {
    slug: settings.slug,
    name: settings.name,
    site_url: settings.siteUrl,
    site_folder: settings.siteFolder,
    login_url: settings.loginUrl,
    logout_url: settings.logoutUrl,
    standard: settings.standard,
    account_admission: settings.accountAdmission,
    jwt_enabled: settings.jwtEnabled ? 1 : 0,
    home_published: settings.homePublished ? 1 : 0,
    unknown_groups: settings.unknownGroups,
    path_rules: JSON.stringify(settings.pathRules),
    allowed_redirects: JSON.stringify(settings.allowedRedirects),
    signing_algorithm: settings.signingAlgorithm,
    outstanding_codes_limit: settings.outstandingCodesLimit,
    binding: settings.binding,
    site_elsewhere: settings.siteElsewhere ? 1 : 0,
    logo_url: settings.logoUrl,
    accent_color: settings.accentColor,
    min_token_validity: settings.minTokenValidity,
    max_token_validity: settings.maxTokenValidity,
    default_token_validity: settings.defaultTokenValidity,
  } as const
}

function toProject(row: Row<'projects'>, groups: ReaderGroup[]): Project {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    siteUrl: row.site_url,
    siteHost: row.site_host,
    siteFolder: row.site_folder,
    loginUrl: row.login_url,
    logoutUrl: row.logout_url,
    standard: row.standard,
    accountAdmission: row.account_admission,
    jwtEnabled: row.jwt_enabled === 1,
    homePublished: row.home_published === 1,
    unknownGroups: row.unknown_groups,
    pathRules: JSON.parse(row.path_rules),
    allowedRedirects: JSON.parse(row.allowed_redirects),
    signingAlgorithm: row.signing_algorithm,
    outstandingCodesLimit: row.outstanding_codes_limit,
    binding: row.binding,
    siteElsewhere: row.site_elsewhere === 1,
    logoUrl: row.logo_url,
    accentColor: row.accent_color,
    minTokenValidity: row.min_token_validity,
    maxTokenValidity: row.max_token_validity,
    defaultTokenValidity: row.default_token_validity,
    version: row.version,
    groups,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

function toClient(row: Row<'clients'>, secrets: ClientSecret[]): Client {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    authMethod: row.auth_method,
    redirectUris: JSON.parse(row.redirect_uris),
    postLogoutRedirectUris: JSON.parse(row.post_logout_redirect_uris),
    backchannelLogoutUri: row.backchannel_logout_uri,
    jwks: row.jwks === null ? null : JSON.parse(row.jwks),
    idTokenAlgorithm: row.id_token_algorithm,
    secrets,
    version: row.version,
  }
}

function toGroup(row: Row<'reader_groups'>): ReaderGroup {
  return { id: row.id, slug: row.slug, name: row.name, version: row.version }
}

function toSecret(row: Row<'client_secrets'>): ClientSecret {
  return {
    id: row.id,
    clientId: row.client_id,
    label: row.label,
    hash: row.hash,
    hint: row.hint,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }
}
