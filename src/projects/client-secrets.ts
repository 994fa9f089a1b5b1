import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { sameDigest, sha256 } from '../platform/hashing.ts'
import { randomBytes, uuidv7 } from '../platform/random.ts'
import type { ClientKind, ClientSecret } from './project.ts'
import type { RegisteredClient, Registry } from './registry.ts'

/** The prefix by which secret scanners, and people, recognise a client secret. */
export const SECRET_PREFIX = 'gps_'
/** That of an application access token, which is the secret of an application client and all that it sends. */
export const APPLICATION_TOKEN_PREFIX = 'gpa_'

/**
 * A new client secret: 256 bits. It is shown once; the row keeps its SHA-256 and last four characters.
 * @throws AppError `invalid_request` for a label that nobody would recognise it by.
 */
export async function insertNewSecret(...given: Parameters<typeof insertNamedSecret>): Promise<string> {
  return (await insertNamedSecret(...given)).secret
}

/** `insertNewSecret`, with the ID by which the secret is revoked. */
export async function insertNamedSecret(
  tx: Handle,
  clientId: string,
  label: string,
  now: number,
  expiresAt: number | null = null,
): Promise<{ id: string; secret: string }> {
  const checked = checkLabel(label)
  const prefix = clientId.startsWith('application_') ? APPLICATION_TOKEN_PREFIX : SECRET_PREFIX
  const id = uuidv7(now)
  const secret = prefix + randomBytes(32).toString('base64url')
  await tx
    .insertInto('client_secrets')
    .values({
      id,
      client_id: clientId,
      label: checked,
      hash: sha256(secret),
      hint: secret.slice(-4),
      created_at: now,
      expires_at: expiresAt,
      last_used_at: null,
    })
    .execute()
  return { id, secret }
}

function checkLabel(given: string): string {
  const label = given.normalize('NFC').trim()
  if (label.length > 0 && label.length <= 100 && !/\p{Cc}/u.test(label)) return label
  const problem = 'must be 1 to 100 characters without control characters'
  throw new AppError('invalid_request', `The label ${problem}.`, { fields: [{ field: 'label', problem }] })
}

export function isActive(secret: ClientSecret, now: number): boolean {
  return secret.expiresAt === null || now < secret.expiresAt
}

export interface AuthenticatedClient {
  readonly client: RegisteredClient
  readonly secret: ClientSecret
}

/** A claimed client ID as timelines may show it: what people paste into its place by mistake is often the secret. */
export function showClientId(claimed: string): string {
  const harmless =
    /^(login|site|application)_[0-9a-f]{32}$/.test(claimed) ||
    (claimed.length < 24 && !claimed.includes(SECRET_PREFIX) && !claimed.includes(APPLICATION_TOKEN_PREFIX))
  return harmless ? claimed : `no client ID (${claimed.length} characters)`
}

const nobody = sha256('a client that does not exist')

/**
 * Finds the client that presents these credentials. The work is the same for an unknown client as for a wrong secret.
 * @throws AppError `invalid_client`; its sentence tells the caller no more than that.
 */
export function authenticateClient(
  registry: Registry,
  kind: ClientKind,
  credentials: { clientId: string; clientSecret: string } | undefined,
  now: number,
): AuthenticatedClient {
  if (credentials === undefined) throw refuse('credentials_missing', {})
  const digest = sha256(credentials.clientSecret)
  const client = registry.client(credentials.clientId)
  if (client === undefined) {
    sameDigest(digest, nobody)
    throw refuse('client_unknown', { clientId: showClientId(credentials.clientId) })
  }
  const secret = client.secrets.find(candidate => sameDigest(digest, candidate.hash))
  const facts = { clientId: client.id, projectId: client.project.id }
  if (secret === undefined) throw refuse('secret_wrong', facts)
  if (!isActive(secret, now))
    throw refuse('secret_retired', { ...facts, hint: secret.hint, retiredAt: secret.expiresAt })
  if (client.kind !== kind) throw refuse('client_wrong_kind', { ...facts, kind: client.kind })
  return { client, secret }
}

/**
 * Finds the application that presents this token, which names its client by itself.
 * @throws AppError `invalid_client`, which tells the caller no more than that.
 */
export function authenticateApplication(
  registry: Registry,
  token: string | undefined,
  now: number,
): AuthenticatedClient {
  if (token === undefined) throw refuse('credentials_missing', {})
  const found = registry.application(sha256(token))
  if (found === undefined) throw refuse('secret_wrong', {})
  const { client, secret } = found
  if (isActive(secret, now)) return found
  const { hint, expiresAt: retiredAt } = secret
  throw refuse('secret_retired', { clientId: client.id, projectId: client.project.id, hint, retiredAt })
}

function refuse(reason: string, detail: Record<string, unknown>): AppError {
  return new AppError('invalid_client', 'Client authentication failed.', { reason, detail })
}
