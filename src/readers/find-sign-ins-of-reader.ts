import { findSignIns, type SignInPage } from '../audit/find-sign-ins.ts'
import type { Handle } from '../db/handle.ts'
import type { Reader } from './reader.ts'

/** A push that made a reader may have begun so long before, at the site. */
const BEFORE_FIRST_PUSH = 86_400_000

/** The newest sign-ins in which a reader was named, failed ones too; bounded and paged as every search for sign-ins. */
export async function findSignInsOfReader(
  db: Handle,
  reader: Pick<Reader, 'projectId' | 'externalId' | 'createdAt'>,
  page: { before?: string | undefined; limit?: number } = {},
): Promise<SignInPage> {
  const filter = {
    projects: new Set([reader.projectId]),
    reader: { exact: reader.externalId },
    from: reader.createdAt - BEFORE_FIRST_PUSH,
  }
  return await findSignIns(db, filter, page)
}
