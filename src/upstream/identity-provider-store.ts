import type { Handle } from '../db/handle.ts'
import type { Row } from '../db/tables.ts'
import type { IdentityProvider } from './identity-provider.ts'

export async function listIdentityProviders(db: Handle, projectId: string): Promise<IdentityProvider[]> {
  const rows = await db
    .selectFrom('identity_providers')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('slug')
    .execute()
  return rows.map(toProvider)
}

export async function findIdentityProvider(
  db: Handle,
  projectId: string,
  slug: string,
): Promise<IdentityProvider | undefined> {
  const row = await db
    .selectFrom('identity_providers')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('slug', '=', slug)
    .executeTakeFirst()
  return row && toProvider(row)
}

export async function insertIdentityProvider(tx: Handle, provider: IdentityProvider): Promise<void> {
  await tx.insertInto('identity_providers').values(toRow(provider)).execute()
}

export async function writeIdentityProvider(tx: Handle, provider: IdentityProvider): Promise<void> {
  const { id, ...columns } = toRow(provider)
  await tx.updateTable('identity_providers').set(columns).where('id', '=', id).execute()
}

export async function removeIdentityProvider(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('identity_providers').where('id', '=', id).execute()
}

function toRow(provider: IdentityProvider): Row<'identity_providers'> {
  return {
    id: provider.id,
    project_id: provider.projectId,
    kind: provider.kind,
    slug: provider.slug,
    name: provider.name,
    settings: JSON.stringify(provider.settings),
    wrapped_secret: provider.wrappedSecret,
    created_at: provider.createdAt,
    version: provider.version,
  }
}

function toProvider(row: Row<'identity_providers'>): IdentityProvider {
  return {
    id: row.id,
    projectId: row.project_id,
    kind: row.kind,
    slug: row.slug,
    name: row.name,
    settings: JSON.parse(row.settings),
    wrappedSecret: row.wrapped_secret && Buffer.from(row.wrapped_secret),
    createdAt: row.created_at,
    version: row.version,
  }
}
