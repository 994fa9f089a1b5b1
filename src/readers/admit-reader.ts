import type { Handle } from '../db/handle.ts'
import type { Profile, Reader } from './reader.ts'
import { findReaderByExternalId, insertReader, updateReader } from './reader-store.ts'

/**
 * Finds the reader that a profile speaks of, or makes them (just-in-time). An unchanged reader costs no write.
 * A blocked reader is returned as they are: their profile stays as it was when they were blocked.
 */
export async function admitReader(
  tx: Handle,
  projectId: string,
  profile: Profile,
  now: number,
): Promise<Reader> {
  const reader = await findReaderByExternalId(tx, projectId, profile.externalId)
  if (reader === undefined) return await insertReader(tx, projectId, profile, now)
  if (reader.blockedAt !== null || isSame(reader, profile)) return reader
  return await updateReader(tx, reader, profile, now)
}

function isSame(reader: Reader, profile: Profile): boolean {
  return (
    reader.username === profile.username &&
    reader.firstName === profile.firstName &&
    reader.lastName === profile.lastName &&
    reader.email === profile.email &&
    reader.groupIds.length === profile.groupIds.length &&
    reader.groupIds.every((id, index) => id === profile.groupIds[index])
  )
}
