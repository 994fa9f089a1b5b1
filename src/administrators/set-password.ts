import type { Handle } from '../db/handle.ts'
import { forgetAllGuesses } from '../passwords/guess-limits.ts'
import { canonicalEmail } from '../platform/email-address.ts'
import type { Administrator } from './administrator.ts'
import { administratorGuesses } from './administrator-guesses.ts'
import { voidLinks } from './administrator-links.ts'
import { endAdministratorSessions } from './administrator-sessions.ts'
import { setPasswordHash } from './administrator-store.ts'

/** A new password: sessions that the old one opened end (but `except`), links are void, guesses at the old one forgotten. */
export async function setPassword(
  tx: Handle,
  { id, email }: Administrator,
  passwordHash: string,
  except: Uint8Array | null,
  now: number,
): Promise<void> {
  await setPasswordHash(tx, id, passwordHash)
  await endAdministratorSessions(tx, id, { key: null, ...(except && { except }) }, now)
  await voidLinks(tx, id, now)
  await forgetAllGuesses(tx, canonicalEmail(email), administratorGuesses)
}
