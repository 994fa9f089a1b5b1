// The OpenID Connect clients of a project: knowledge bases that run elsewhere. Each is a site client with its own
// credentials and its own redirect URIs.
import { createPublicKey, type JsonWebKey } from 'node:crypto'
import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import type { ClientAuthMethod, SigningAlgorithm } from '../db/tables.ts'
import { AppError, type FieldProblem } from '../errors.ts'
import type { Clock } from '../platform/clock.ts'
import { type Change, changeSettings } from './change-settings.ts'
import { signingAlgorithms, webUrl } from './check-settings.ts'
import { insertNewSecret } from './client-secrets.ts'
import { newClient, newClientId } from './create-project.ts'
import { ownClient } from './own-client.ts'
import type { Client, Project } from './project.ts'
import { listClients, listProjects } from './project-store.ts'
import { refuseStale } from './refuse-stale.ts'
import { requireProject } from './update-project.ts'

const authMethods: readonly ClientAuthMethod[] = ['client_secret', 'private_key_jwt', 'none']

interface Deps {
  readonly database: Database
  readonly clock: Clock
}

/** What an administrator says about a client; what is missing stays, or has the default of a new one. */
export interface ClientSettings {
  readonly name?: string
  readonly authMethod?: ClientAuthMethod
  readonly redirectUris?: readonly string[]
  readonly postLogoutRedirectUris?: readonly string[]
  readonly backchannelLogoutUri?: string | null
  readonly jwks?: { readonly keys: readonly JsonWebKey[] } | null
  readonly idTokenAlgorithm?: SigningAlgorithm | null
}

/**
 * Makes an OpenID Connect client of a project.
 * @returns its ID, and the secret of one that authenticates by secret: shown this once.
 * @throws AppError `invalid_request` with a problem per field, `not_found`; `conflict` where the project has a client
 * already that `unless` describes.
 */
export async function createSiteClient(
  deps: Deps,
  actor: Actor,
  slug: string,
  settings: ClientSettings,
  unless?: (client: Client) => boolean,
): Promise<{ clientId: string; clientSecret: string | null }> {
  const now = deps.clock.now()
  checkNewClient(settings)
  return await changeSettings(deps.database, actor, now, async tx => {
    const project = requireProject(await listProjects(tx), slug)
    const clients = (await listClients(tx)).filter(({ projectId }) => projectId === project.id)
    if (unless && clients.some(({ client }) => unless(client))) {
      throw new AppError('conflict', `Project ${slug} has such a client already.`)
    }
    return await createSiteClientIn(tx, project.id, settings, now)
  })
}

/** `createSiteClient` inside a transaction. */
export async function createSiteClientIn(
  tx: Handle,
  projectId: string,
  settings: ClientSettings,
  now: number,
): Promise<Change<{ clientId: string; clientSecret: string | null }>> {
  checkNewClient(settings)
  const clientId = newClientId('site', now)
  const createdAt = await afterOthers(tx, projectId, now)
  await tx
    .insertInto('clients')
    .values({ ...newClient(clientId, projectId, 'site', createdAt), ...toColumns(settings) })
    .execute()
  const secretive = (settings.authMethod ?? 'client_secret') === 'client_secret'
  const clientSecret = secretive ? await insertNewSecret(tx, clientId, 'first', now) : null
  const event = { action: 'client.create', projectId, target: clientId, detail: { ...settings } }
  return { result: { clientId, clientSecret }, event }
}

/** The site's own client is known by being the oldest, so no other one may be of the same moment. */
async function afterOthers(tx: Handle, projectId: string, now: number): Promise<number> {
  const { newest } = await tx
    .selectFrom('clients')
    .select(eb => eb.fn.max('created_at').as('newest'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow()
  return Math.max(now, Number(newest ?? 0) + 1)
}

/**
 * Changes what is named of a client.
 * @throws AppError `invalid_request`, `not_found`, and `precondition_failed` where it is no longer at `expectedVersion`.
 */
export async function updateSiteClient(
  deps: Deps,
  actor: Actor,
  slug: string,
  clientId: string,
  settings: ClientSettings,
  expectedVersion?: number,
): Promise<void> {
  const now = deps.clock.now()
  await changeSettings(deps.database, actor, now, async tx => {
    const { project, client } = await requireSiteClient(tx, slug, clientId)
    refuseStale(`Client ${client.id}`, client, expectedVersion)
    return await updateSiteClientIn(tx, project.id, client, settings)
  })
}

/** `updateSiteClient` inside a transaction, of a client as it is there. */
export async function updateSiteClientIn(
  tx: Handle,
  projectId: string,
  client: Pick<Client, 'id' | 'authMethod' | 'jwks' | 'version'>,
  settings: ClientSettings,
): Promise<Change<undefined>> {
  checkClient({ authMethod: client.authMethod, jwks: client.jwks, ...settings })
  const columns = toColumns(settings)
  if (Object.keys(columns).length > 0) {
    const next = { ...columns, version: client.version + 1 }
    await tx.updateTable('clients').set(next).where('id', '=', client.id).execute()
  }
  const event = { action: 'client.update', projectId, target: client.id, detail: { ...settings } }
  return { result: undefined, event }
}

/**
 * Deletes a client: its codes and tokens are worth nothing from now on.
 * @throws AppError `not_found`, `conflict` for the site's own client, and `precondition_failed` where it is no longer at
 * `expectedVersion`.
 */
export async function deleteSiteClient(
  deps: Deps,
  actor: Actor,
  slug: string,
  clientId: string,
  expectedVersion?: number,
): Promise<void> {
  const now = deps.clock.now()
  await changeSettings(deps.database, actor, now, async tx => {
    const { project, client, isOwn } = await requireSiteClient(tx, slug, clientId)
    // Without it the next oldest would be taken for it.
    if (isOwn) throw new AppError('conflict', "This is the site's own client; it goes with its project.")
    refuseStale(`Client ${client.id}`, client, expectedVersion)
    return await deleteSiteClientIn(tx, project.id, client.id)
  })
}

/** `deleteSiteClient` inside a transaction. */
export async function deleteSiteClientIn(
  tx: Handle,
  projectId: string,
  clientId: string,
): Promise<Change<undefined>> {
  await tx.deleteFrom('client_secrets').where('client_id', '=', clientId).execute()
  await tx.deleteFrom('clients').where('id', '=', clientId).execute()
  const event = { action: 'client.delete', projectId, target: clientId, detail: {} }
  return { result: undefined, event }
}

async function requireSiteClient(
  tx: Handle,
  slug: string,
  clientId: string,
): Promise<{ project: Project; client: Client; isOwn: boolean }> {
  const project = requireProject(await listProjects(tx), slug)
  const clients = (await listClients(tx))
    .filter(({ projectId }) => projectId === project.id)
    .map(({ client }) => client)
  const client = clients.find(({ id, kind }) => id === clientId && kind === 'site')
  if (!client) throw new AppError('not_found', `Project ${slug} has no site client ${clientId}.`)
  return { project, client, isOwn: ownClient(clients, 'site')?.id === client.id }
}

function checkNewClient(settings: ClientSettings): void {
  checkClient({ authMethod: 'client_secret', ...settings })
}

/** @throws AppError `invalid_request` with a problem per field. */
export function checkClient(settings: ClientSettings): void {
  const problems: FieldProblem[] = []
  if (settings.name !== undefined && (settings.name.length > 100 || /\p{Cc}/u.test(settings.name))) {
    problems.push({ field: 'name', problem: 'must be at most 100 characters without control characters' })
  }
  const urls = [
    ...(settings.redirectUris ?? []).map(url => ['redirectUris', url] as const),
    ...(settings.postLogoutRedirectUris ?? []).map(url => ['postLogoutRedirectUris', url] as const),
    ...(settings.backchannelLogoutUri
      ? [['backchannelLogoutUri', settings.backchannelLogoutUri] as const]
      : []),
  ]
  for (const [field, url] of urls) {
    if (!webUrl(url))
      problems.push({ field, problem: `must be an http(s) URL without credentials and #: ${url}` })
  }
  if (settings.authMethod === 'private_key_jwt' && !settings.jwks?.keys.length) {
    problems.push({ field: 'jwks', problem: 'must have the public keys of the client, for private_key_jwt' })
  }
  if (settings.jwks && !settings.jwks.keys.every(isPublicKey)) {
    problems.push({ field: 'jwks', problem: 'must have public keys only, each one complete' })
  }
  if (settings.authMethod && !authMethods.includes(settings.authMethod)) {
    problems.push({ field: 'authMethod', problem: `must be one of ${authMethods.join(', ')}` })
  }
  if (settings.idTokenAlgorithm && !signingAlgorithms.includes(settings.idTokenAlgorithm)) {
    problems.push({ field: 'idTokenAlgorithm', problem: `must be one of ${signingAlgorithms.join(', ')}` })
  }
  if (problems.length === 0) return
  const listed = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  throw new AppError('invalid_request', `The client cannot be taken: ${listed}.`, { fields: problems })
}

function isPublicKey(key: unknown): boolean {
  if (typeof key !== 'object' || key === null || 'd' in key || 'k' in key) return false
  try {
    createPublicKey({ key: key as JsonWebKey, format: 'jwk' })
    return true
  } catch {
    return false // Node can't make a key of it, so no signature could be checked by it
  }
}

function toColumns(settings: ClientSettings) {
  const columns = {
    name: settings.name,
    auth_method: settings.authMethod,
    redirect_uris: settings.redirectUris && JSON.stringify(settings.redirectUris),
    post_logout_redirect_uris:
      settings.postLogoutRedirectUris && JSON.stringify(settings.postLogoutRedirectUris),
    backchannel_logout_uri: settings.backchannelLogoutUri,
    jwks: settings.jwks && JSON.stringify(settings.jwks),
    id_token_algorithm: settings.idTokenAlgorithm,
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}
