import type { AdministratorRole } from '../../db/tables.ts'

const names: Record<AdministratorRole, string> = {
  owner: 'owner',
  project_administrator: 'project administrator',
  read_only: 'read-only',
}

export function roleName(role: AdministratorRole): string {
  return names[role]
}
