// A reader is who reads: known to a project by an external ID, created and updated as the login endpoint pushes them.
// What was pushed last is what the reader is: a group that is no longer sent is no longer theirs.

/** What a login endpoint says of a reader, checked and in canonical form (NFC). */
export interface Profile {
  /** The stable key: `externalId`, or else the e-mail address as sent. */
  readonly externalId: string
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly email: string
  /** IDs of groups of the project. */
  readonly groupIds: readonly string[]
}

export interface Reader extends Profile {
  readonly id: string
  readonly projectId: string
  /** Milliseconds since the epoch, null while the reader may sign in. */
  readonly blockedAt: number | null
  readonly createdAt: number
  readonly updatedAt: number
}

/** The name to greet a reader by. */
export function displayName(reader: Pick<Profile, 'firstName' | 'lastName' | 'username'>): string {
  return `${reader.firstName} ${reader.lastName}`.trim() || reader.username
}
