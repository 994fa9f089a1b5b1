import type { Handle } from '../db/handle.ts'
import type { Account } from './account.ts'
import { canonicalUsername } from './account.ts'
import { toAccount } from './account-store.ts'

export interface AccountPage {
  readonly accounts: readonly Account[]
  /** Pass it as `after` for the ones that follow; null at the end. */
  readonly next: string | null
}

/** Accounts whose user name or e-mail address begins with `search`, newest first, in pages. */
export async function findAccounts(
  db: Handle,
  { search = '', after, limit = 50 }: { search?: string; after?: string | undefined; limit?: number },
): Promise<AccountPage> {
  const begins = canonicalUsername(search)
  // A range is found in the index; the last character of all ends it.
  const end = `${begins}\u{10ffff}`
  const rows = await db
    .selectFrom('accounts')
    .selectAll()
    .$if(begins !== '', query =>
      query.where(eb =>
        eb.or([
          eb.and([eb('canonical_username', '>=', begins), eb('canonical_username', '<', end)]),
          eb.and([eb('canonical_email', '>=', begins), eb('canonical_email', '<', end)]),
        ]),
      ),
    )
    .$if(after !== undefined, query => query.where('id', '<', after!))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const accounts = rows.slice(0, limit).map(toAccount)
  return { accounts, next: rows.length > limit ? accounts.at(-1)!.id : null }
}
