import type { AppError } from '../errors.ts'
import { postgresFailure } from './postgres-failures.ts'
import { storageFailure as sqliteFailure } from './sqlite-failures.ts'

/** The refusal to answer with where a storage, whichever it is, failed; undefined for every other error. */
export function storageFailure(error: unknown): AppError | undefined {
  return sqliteFailure(error) ?? postgresFailure(error)
}
