// What can go wrong with a PostgreSQL server, by SQLSTATE (PostgreSQL's documentation, appendix A), by Node's codes for
// sockets, and by the sentences of `pg`, which has no codes for what it finds itself.
import { AppError } from '../errors.ts'

/** The connection is gone, or leads to a server that cannot be worked with: a new one may be better. */
const lost = /^(08...|57P0[1-5]|25P03|25006)$/
const sockets =
  /^(ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|ENOENT|EACCES|ERR_SSL_\w+|ERR_TLS_\w+|CERT_\w+|\w*_CERT(IFICATE)?(_\w+)?)$/
const sentences =
  /^(Connection terminated|Client (was closed|has encountered a connection error)|timeout e(xpired|xceeded)|Query read timeout|The server does not support SSL|Cannot use a pool after)/

/** Out of room or memory, a statement or a lock that took too long, files that are broken, a login that is refused. */
const failing = /^(53...|58...|XX...|57014|55P03|28...|3D000)$/

const conflicts = /^(40001|40P01)$/

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : ''
}

export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isConnectionLost)
  const code = codeOf(error)
  return lost.test(code) || sockets.test(code) || sentences.test(error.message)
}

/** Another node's transaction holds the lock on writing; it passes. */
export function isLocked(error: unknown): boolean {
  return codeOf(error) === '55P03'
}

/** The server took the transaction back because of another one. */
export function isConflict(error: unknown): boolean {
  return conflicts.test(codeOf(error))
}

/** A newer node has changed a table: what this connection keeps prepared no longer fits. */
export function isPlanOutdated(error: unknown): boolean {
  return codeOf(error) === '0A000' && (error as { routine?: string }).routine === 'RevalidateCachedQuery'
}

export function postgresFailure(error: unknown): AppError | undefined {
  const known =
    isConnectionLost(error) || isConflict(error) || isPlanOutdated(error) || failing.test(codeOf(error))
  if (!known) return undefined
  return new AppError(
    'temporarily_unavailable',
    'The database cannot be used at the moment; nothing was changed. Try again shortly.',
    { retryAfter: 5, cause: error },
  )
}

/** A COMMIT that was sent, and whose answer never came or says nothing certain. */
export function unknownOutcome(cause: unknown): AppError {
  return new AppError(
    'temporarily_unavailable',
    'The database went away while it was writing: whether this was kept is not known. Look before you repeat it.',
    { retryAfter: 5, cause },
  )
}
