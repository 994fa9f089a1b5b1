import type { Visit } from '../audit/attempts.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../platform/clock.ts'
import type { AuthenticatedClient } from '../projects/client-secrets.ts'
import { findReaderByExternalId } from '../readers/reader-store.ts'
import { readerClaims } from '../tokens/claims.ts'
import { blocked, refuseClosed } from './make-code.ts'
import { afterPush, type PushPreview, previewPush } from './preview-push.ts'
import { type Push, readPush } from './read-push.ts'

/** What a push would lead to (`?dryRun=true`): nothing is stored. */
export interface DryRun extends PushPreview {
  readonly dryRun: true
  readonly claims: Record<string, unknown>
  readonly warnings: readonly string[]
  readonly traceId: string
}

/** The checks of `generateCode` and what would come of it. @throws AppError as `generateCode`; nothing is stored. */
export async function dryRun(
  deps: { readonly database: Database; readonly clock: Clock },
  by: AuthenticatedClient,
  push: Push,
  visit: Visit,
): Promise<DryRun> {
  const now = deps.clock.now()
  const { project } = by.client
  refuseClosed(project, 'jwt')
  const pushed = readPush(project, push, now)
  const reader = await findReaderByExternalId(deps.database.read, project.id, pushed.profile.externalId)
  if (reader && reader.blockedAt !== null) throw blocked()
  const after = afterPush(project, pushed, reader)
  return {
    dryRun: true,
    ...previewPush(pushed),
    claims: readerClaims(after.project, after.reader.id, after.reader),
    warnings: pushed.warnings,
    traceId: visit.traceId,
  }
}
