import { newestMailFailure } from '../accounts/mail-failures.ts'
import type { Handle } from '../db/handle.ts'
import type { AttentionItem } from './attention.ts'

const DAY = 86_400_000

/** Links to set a password that the mail server did not take, since the last one that it took, within a day. */
export async function watchMail(db: Handle, now: number): Promise<AttentionItem[]> {
  const failure = await newestMailFailure(db, now - DAY)
  if (!failure) return []
  return [
    {
      kind: 'mail_failing',
      severity: 'error',
      sentence: 'A link to set a password could not be mailed.',
      detail: `The mail server: ${failure.problem}. Look at SMTP_URL and MAIL_FROM. People can be given a link by hand meanwhile.`,
      since: failure.at,
      projectId: null,
      traceId: null,
    },
  ]
}
