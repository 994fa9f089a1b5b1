import { type Handle, prepare } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import { uuidv7 } from '../platform/random.ts'
import type { Profile, Reader } from './reader.ts'

const selectByExternalId = prepare<{ project: string; external: string }>()((db, place) =>
  db
    .selectFrom('readers')
    .selectAll()
    .where('project_id', '=', place.project)
    .where('external_id', '=', place.external),
)

const selectById = prepare<{ id: string }>()((db, place) =>
  db.selectFrom('readers').selectAll().where('id', '=', place.id),
)

type ProfileColumns = ReturnType<typeof toColumns>

const insert = prepare<
  ProfileColumns & { id: string; project_id: string; external_id: string; now: number }
>()((db, place) =>
  db.insertInto('readers').values({
    id: place.id,
    project_id: place.project_id,
    external_id: place.external_id,
    username: place.username,
    first_name: place.first_name,
    last_name: place.last_name,
    email: place.email,
    group_ids: place.group_ids,
    blocked_at: null,
    sessions_ended_at: null,
    created_at: place.now,
    updated_at: place.now,
  }),
)

const update = prepare<ProfileColumns & { id: string; now: number }>()((db, place) =>
  db
    .updateTable('readers')
    .set({
      username: place.username,
      first_name: place.first_name,
      last_name: place.last_name,
      email: place.email,
      group_ids: place.group_ids,
      updated_at: place.now,
    })
    .where('id', '=', place.id),
)

export async function findReaderByExternalId(
  db: Handle,
  projectId: string,
  externalId: string,
): Promise<Reader | undefined> {
  const row = await selectByExternalId.first(db, { project: projectId, external: externalId })
  return row && toReader(row)
}

export async function findReader(db: Handle, id: string): Promise<Reader | undefined> {
  const row = await selectById.first(db, { id })
  return row && toReader(row)
}

export async function insertReader(
  tx: Handle,
  projectId: string,
  profile: Profile,
  now: number,
): Promise<Reader> {
  const id = uuidv7(now)
  await insert.all(tx, {
    id,
    project_id: projectId,
    external_id: profile.externalId,
    now,
    ...toColumns(profile),
  })
  return { ...profile, id, projectId, blockedAt: null, createdAt: now, updatedAt: now }
}

export async function updateReader(
  tx: Handle,
  reader: Reader,
  profile: Profile,
  now: number,
): Promise<Reader> {
  await update.all(tx, { id: reader.id, now, ...toColumns(profile) })
  return { ...reader, ...profile, updatedAt: now }
}

/** Null lets the reader in again. */
export async function setBlockedAt(tx: Handle, id: string, blockedAt: number | null): Promise<void> {
  await tx.updateTable('readers').set({ blocked_at: blockedAt }).where('id', '=', id).execute()
}

/** A session that was opened at or before this moment is over. */
export async function setSessionsEndedAt(tx: Handle, id: string, endedAt: number): Promise<void> {
  await tx.updateTable('readers').set({ sessions_ended_at: endedAt }).where('id', '=', id).execute()
}

/** The newest readers of a project, newest first. */
export async function listReaders(db: Handle, projectId: string, limit: number): Promise<Reader[]> {
  const rows = await db
    .selectFrom('readers')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toReader)
}

function toColumns(profile: Profile) {
  return {
    username: profile.username,
    first_name: profile.firstName,
    last_name: profile.lastName,
    email: profile.email,
    group_ids: JSON.stringify(profile.groupIds),
  }
}

export function toReader(row: Row<'readers'>): Reader {
  return {
    id: row.id,
    projectId: row.project_id,
    externalId: row.external_id,
    username: row.username,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    groupIds: JSON.parse(row.group_ids),
    blockedAt: row.blocked_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
