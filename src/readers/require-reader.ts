import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import type { Project } from '../projects/project.ts'
import type { Reader } from './reader.ts'
import { findReader, findReaderByExternalId } from './reader-store.ts'

/** A reader of the project by ID or external ID. @throws AppError `not_found`. */
export async function requireReader(db: Handle, project: Project, reference: string): Promise<Reader> {
  const byId = await findReader(db, reference)
  const reader =
    byId?.projectId === project.id ? byId : await findReaderByExternalId(db, project.id, reference)
  if (!reader) throw new AppError('not_found', `Project ${project.slug} has no reader ${reference}.`)
  return reader
}
