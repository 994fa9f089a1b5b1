// Authorization requests that wait for their reader to sign in. The browser that asked keeps a secret in a cookie at the
// identity server; the row's key, which can be computed from it but not back, names the request in URLs.
import { type Handle, prepare } from '../db/handle.ts'
import { decodeBase64url } from '../platform/base64url.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/** How long a reader may take to sign in. */
export const PENDING_LIFE = 15 * 60_000

export interface PendingAuthorization {
  readonly key: Buffer
  readonly projectId: string
  readonly clientId: string
  readonly request: AuthorizationRequest
  readonly traceId: string
  /** SHA-256 of the ticket that the reader's site gave to the browser, once it has. */
  readonly ticketHash: Uint8Array | null
  /** The site session that the ticket stands for. */
  readonly siteSessionKey: Uint8Array | null
  readonly expiresAt: number
}

const insert = prepare<{
  key: Uint8Array
  project: string
  client: string
  request: string
  trace: string
  expires: number
}>()((db, place) =>
  db.insertInto('pending_authorizations').values({
    key: place.key,
    project_id: place.project,
    client_id: place.client,
    request: place.request,
    trace_id: place.trace,
    ticket_hash: null,
    site_session_key: null,
    expires_at: place.expires,
    used_at: null,
  }),
)

const select = prepare<{ key: Uint8Array; now: number }>()((db, place) =>
  db
    .selectFrom('pending_authorizations')
    .selectAll()
    .where('key', '=', place.key)
    .where('used_at', 'is', null)
    .where('expires_at', '>', place.now),
)

const selectAny = prepare<{ key: Uint8Array }>()((db, place) =>
  db.selectFrom('pending_authorizations').select(['project_id', 'request']).where('key', '=', place.key),
)

const take = prepare<{ key: Uint8Array; now: number }>()((db, place) =>
  db
    .updateTable('pending_authorizations')
    .set({ used_at: place.now })
    .where('key', '=', place.key)
    .where('used_at', 'is', null)
    .where('expires_at', '>', place.now)
    .returning('key'),
)

const attach = prepare<{ key: Uint8Array; ticket: Uint8Array; session: Uint8Array; now: number }>()(
  (db, place) =>
    db
      .updateTable('pending_authorizations')
      .set({ ticket_hash: place.ticket, site_session_key: place.session })
      .where('key', '=', place.key)
      .where('used_at', 'is', null)
      .where('expires_at', '>', place.now)
      .returning('key'),
)

export async function insertPending(
  tx: Handle,
  pending: Omit<PendingAuthorization, 'ticketHash' | 'siteSessionKey'>,
): Promise<void> {
  await insert.all(tx, {
    key: pending.key,
    project: pending.projectId,
    client: pending.clientId,
    request: JSON.stringify(pending.request),
    trace: pending.traceId,
    expires: pending.expiresAt,
  })
}

/** A request that still waits, by its public ID (base64url of its key). */
export async function findPending(
  db: Handle,
  id: string,
  now: number,
): Promise<PendingAuthorization | undefined> {
  const key = decodeBase64url(id, 32)
  const row = key && (await select.first(db, { key, now }))
  if (!key || !row) return undefined
  return {
    key,
    projectId: row.project_id,
    clientId: row.client_id,
    request: JSON.parse(row.request),
    traceId: row.trace_id,
    ticketHash: row.ticket_hash,
    siteSessionKey: row.site_session_key,
    expiresAt: row.expires_at,
  }
}

/** The project of a request and the first page of its application, also where it waits no more: the way on for its reader. */
export async function originOf(
  db: Handle,
  id: string,
): Promise<{ projectId: string; application: string } | undefined> {
  const key = decodeBase64url(id, 32)
  const row = key && (await selectAny.first(db, { key }))
  if (!row) return undefined
  const { redirectUri } = JSON.parse(row.request) as AuthorizationRequest
  return { projectId: row.project_id, application: `${new URL(redirectUri).origin}/` }
}

/** Takes a waiting request in one conditional statement. @returns whether this call took it. */
export async function takePending(tx: Handle, key: Uint8Array, now: number): Promise<boolean> {
  return (await take.first(tx, { key, now })) !== undefined
}

/** Notes which site session a waiting request is to be answered from; the last ticket is the one that counts. */
export async function attachTicket(
  tx: Handle,
  key: Uint8Array,
  ticket: Uint8Array,
  session: Uint8Array,
  now: number,
): Promise<boolean> {
  return (await attach.first(tx, { key, ticket, session, now })) !== undefined
}

export function pendingId(key: Buffer): string {
  return key.toString('base64url')
}
