import { accountName } from '../../accounts/account.ts'
import { accountLinkLives, countAccountLinks, insertAccountLink } from '../../accounts/account-links.ts'
import { findAccountByName } from '../../accounts/account-store.ts'
import { MAIL_FAILED, MAIL_SENT } from '../../accounts/mail-failures.ts'
import { noteChange } from '../../audit/note-change.ts'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Mailer } from '../../platform/mailer.ts'

/** Who made a link that was mailed: when it comes back, the address is theirs. */
export const MAILED = 'mail'
/** Links an hour for one account, whoever asks. */
const MOST = 3

/** A mail without its address. */
export interface Letter {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/**
 * Mails a one-time link to the address of an account, if there is one of this name, with an address, that is not
 * disabled. Whoever asks is told the same in any case, and before any of this is looked at.
 * @param write makes the letter out of the link and what the account is called
 * @throws Error where the mail cannot be sent; it stands in the audit log, and in what needs an administrator.
 */
export async function mailAccountLink(
  { database, clock, issuer, mailer }: { database: Database; clock: Clock; issuer: string; mailer: Mailer },
  input: { readonly name: string; readonly write: (link: string, name: string) => Letter },
  address: string,
): Promise<void> {
  const account = await findAccountByName(database.read, input.name)
  if (!account || account.disabledAt !== null || account.email === null) return
  const now = clock.now()
  const actor = { name: 'nobody', origin: address }
  const target = accountName(account)
  const link = await database.write(async tx => {
    const since = now - accountLinkLives.forgotten
    if ((await countAccountLinks(tx, { accountId: account.id, createdBy: MAILED, since })) >= MOST)
      return undefined
    const made = { accountId: account.id, createdBy: MAILED, life: accountLinkLives.forgotten }
    return await insertAccountLink(tx, made, now)
  })
  if (!link) return
  const url = `${issuer}/account/password?token=${link.token}`
  const told = (action: string, detail: Record<string, unknown>) =>
    database.write(tx =>
      noteChange(tx, actor, { action, target, detail: { id: account.id, ...detail } }, clock.now()),
    )
  try {
    await mailer.send({ to: account.email, ...input.write(url, account.name || target) })
  } catch (error) {
    await told(MAIL_FAILED, { problem: (error as Error).message.slice(0, 300) })
    throw error
  }
  await told(MAIL_SENT, {})
}
