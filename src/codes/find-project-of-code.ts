import type { Handle } from '../db/handle.ts'
import { keyOfSecret } from '../platform/one-time-secret.ts'
import type { Project } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'
import { findCode } from './code-store.ts'

/** The project at whose site a code belongs, whatever became of the code; the code is not spent. */
export async function findProjectOfCode(
  db: Handle,
  registry: Registry,
  code: string,
): Promise<Project | undefined> {
  const key = keyOfSecret(code)
  const found = key && (await findCode(db, key))
  return found && registry.projectById(found.projectId)
}
