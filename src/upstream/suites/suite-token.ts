import type { Account } from '../../accounts/account.ts'
import { accountName } from '../../accounts/account.ts'
import type { KeyRing } from '../../keys/key-ring.ts'
import type { SigningKey } from '../../keys/signing-key.ts'
import { decodeBase64url } from '../../platform/base64url.ts'
import { toSeconds } from '../../platform/clock.ts'
import { uuidv7 } from '../../platform/random.ts'
import { type Session, sidOf } from '../../sessions/session.ts'
import { mint } from '../../tokens/mint.ts'
import { verifyToken } from '../../tokens/verify-token.ts'

/**
 * The JWT of somebody in a suite (contract, section 8). Its life is that of a session: whoever wants to know whether that
 * still lives asks here, and whoever is content with `exp` reads it offline.
 */
export function issueSuiteToken(
  key: SigningKey,
  issuer: string,
  session: Session,
  { account, userId, now }: { readonly account: Account; readonly userId: string; readonly now: number },
): string {
  return mint(key, 'suite+jwt', {
    iss: issuer,
    aud: session.projectId,
    sub: session.readerId,
    ssoSuiteId: session.projectId,
    userId,
    scope: account.scope,
    iat: toSeconds(now),
    exp: toSeconds(session.expiresAt),
    auth_time: toSeconds(session.authTime),
    jti: uuidv7(now),
    sid: sidOf(session.key),
  })
}

/** The name by which somebody signed in, in the account's own spelling: a suite knows them by it. */
export function userIdOf(account: Account, signedInAs: string): string {
  const named = signedInAs.includes('@') ? account.email : account.username
  return named ?? accountName(account)
}

/** A JWT of ours for a suite: genuine, and perhaps over. */
export interface SuiteToken {
  readonly projectId: string
  readonly userId: string
  /** Seconds. */
  readonly exp: number
  /** Of the session that it stands for. */
  readonly sessionKey: Buffer
}

/** Reads a JWT in its one spelling, whether or not its time has come. @returns undefined for any that is not of ours. */
export async function readSuiteToken(
  keys: KeyRing,
  issuer: string,
  token: string,
): Promise<SuiteToken | undefined> {
  const expected = { type: 'suite+jwt', issuer, audience: undefined, now: undefined } as const
  const claims = await verifyToken(keys, token, expected)
  const sessionKey = claims && decodeBase64url(claims.sid, 32)
  if (!claims || !sessionKey) return undefined
  const { ssoSuiteId, userId, exp } = claims
  return { projectId: String(ssoSuiteId), userId: String(userId), exp: Number(exp), sessionKey }
}
