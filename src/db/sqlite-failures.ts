import Sqlite from 'better-sqlite3'
import { AppError } from '../errors.ts'

const failing = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|NOMEM|PROTOCOL)/

export function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

/** A disk that is full, a file that is locked or unreadable: the caller may try again, nothing was issued. */
export function storageFailure(error: unknown): AppError | undefined {
  if (!(error instanceof Sqlite.SqliteError) || !failing.test(error.code)) return undefined
  return new AppError(
    'temporarily_unavailable',
    'The database cannot be written at the moment; nothing was changed. Try again shortly.',
    { retryAfter: 5, cause: error },
  )
}
