import { type Handle, prepare } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import type { Code } from './code.ts'

const insert = prepare<Row<'codes'>>()((db, place) =>
  db.insertInto('codes').values({
    key: place.key,
    project_id: place.project_id,
    client_id: place.client_id,
    secret_id: place.secret_id,
    reader_id: place.reader_id,
    validity_minutes: place.validity_minutes,
    redirect_path: place.redirect_path,
    code_challenge: place.code_challenge,
    trace_id: place.trace_id,
    expires_at: place.expires_at,
    redeemed_at: null,
    session_key: null,
    authorization: place.authorization,
    standard: place.standard,
    central_key: place.central_key,
  }),
)

const select = prepare<{ key: Uint8Array }>()((db, place) =>
  db.selectFrom('codes').selectAll().where('key', '=', place.key),
)

const take = prepare<{ key: Uint8Array; session: Uint8Array; now: number }>()((db, place) =>
  db
    .updateTable('codes')
    .set({ redeemed_at: place.now, session_key: place.session })
    .where('key', '=', place.key)
    .where('redeemed_at', 'is', null)
    .where('expires_at', '>', place.now)
    .returning('key'),
)

export async function insertCode(tx: Handle, code: Omit<Code, 'redeemedAt' | 'sessionKey'>): Promise<void> {
  await insert.all(tx, {
    key: code.key,
    project_id: code.projectId,
    client_id: code.clientId,
    secret_id: code.secretId,
    reader_id: code.readerId,
    validity_minutes: code.validityMinutes,
    redirect_path: code.redirectPath,
    code_challenge: code.codeChallenge,
    trace_id: code.traceId,
    expires_at: code.expiresAt,
    redeemed_at: null,
    session_key: null,
    authorization: code.authorization && JSON.stringify(code.authorization),
    standard: code.standard,
    central_key: code.centralKey,
  })
}

export async function findCode(db: Handle, key: Uint8Array): Promise<Code | undefined> {
  const row = await select.first(db, { key })
  return row && toCode(row)
}

/** Takes a code in one conditional statement. @returns whether this call was the one that took it. */
export async function takeCode(
  tx: Handle,
  key: Uint8Array,
  session: Uint8Array,
  now: number,
): Promise<boolean> {
  return (await take.first(tx, { key, session, now })) !== undefined
}

const bury = prepare<{ key: Uint8Array }>()((db, place) =>
  db.updateTable('codes').set({ expires_at: 0 }).where('key', '=', place.key),
)

/** Makes a code that was seen to be expired stay so, even if the clock is set back. */
export async function buryCode(tx: Handle, key: Uint8Array): Promise<void> {
  await bury.all(tx, { key })
}

function toCode(row: Row<'codes'>): Code {
  return {
    key: row.key,
    projectId: row.project_id,
    clientId: row.client_id,
    secretId: row.secret_id,
    readerId: row.reader_id,
    validityMinutes: row.validity_minutes,
    redirectPath: row.redirect_path,
    codeChallenge: row.code_challenge,
    traceId: row.trace_id,
    expiresAt: row.expires_at,
    redeemedAt: row.redeemed_at,
    sessionKey: row.session_key,
    standard: row.standard,
    centralKey: row.central_key,
    authorization: row.authorization === null ? null : JSON.parse(row.authorization),
  }
}
