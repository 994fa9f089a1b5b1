// What a service was handed for its user: a name for one session, good for one origin. The database keeps a digest.
import type { Handle } from '../../db/handle.ts'
import { keyOfSecret, newOneTimeSecret } from '../../platform/one-time-secret.ts'

/** Milliseconds in which a token has to be used for the first time. */
export const FIRST_USE = 60_000

export interface SsoToken {
  readonly key: Buffer
  readonly projectId: string
  readonly accountSessionKey: Buffer
  readonly sessionKey: Buffer
  readonly targetOrigin: string
  readonly firstUsedAt: number | null
}

/** @returns the token. */
export async function insertSsoToken(
  tx: Handle,
  token: Omit<SsoToken, 'key' | 'firstUsedAt'>,
  now: number,
): Promise<string> {
  const { key, text } = newOneTimeSecret(now)
  await tx
    .insertInto('sso_tokens')
    .values({
      key,
      project_id: token.projectId,
      account_session_key: token.accountSessionKey,
      session_key: token.sessionKey,
      target_origin: token.targetOrigin,
      created_at: now,
      first_used_at: null,
    })
    .execute()
  return text
}

export async function findSsoToken(db: Handle, text: string): Promise<SsoToken | undefined> {
  const key = keyOfSecret(text)
  const row = key && (await db.selectFrom('sso_tokens').selectAll().where('key', '=', key).executeTakeFirst())
  if (!row) return undefined
  return {
    key: Buffer.from(row.key),
    projectId: row.project_id,
    accountSessionKey: Buffer.from(row.account_session_key),
    sessionKey: Buffer.from(row.session_key),
    targetOrigin: row.target_origin,
    firstUsedAt: row.first_used_at,
  }
}

/** Takes the first use of a token, in its first minute. @returns whether this call was the one. */
export async function takeFirstUse(tx: Handle, key: Uint8Array, now: number): Promise<boolean> {
  const row = await tx
    .updateTable('sso_tokens')
    .set({ first_used_at: now })
    .where('key', '=', key)
    .where('first_used_at', 'is', null)
    .where('created_at', '>', now - FIRST_USE)
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

/** Tokens of one account session belong to another from here on. */
export async function moveSsoTokens(tx: Handle, from: Uint8Array, to: Uint8Array): Promise<void> {
  await tx
    .updateTable('sso_tokens')
    .set({ account_session_key: to })
    .where('account_session_key', '=', from)
    .execute()
}
