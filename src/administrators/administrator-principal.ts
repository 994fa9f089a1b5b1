import { type Administrator, actorOf } from './administrator.ts'
import { type Principal, scopesOfRole } from './principal.ts'

/** What an administrator may, as their role and projects say. */
export function principalOf(administrator: Administrator, address: string): Principal {
  const { id, role, projectIds } = administrator
  return {
    kind: 'administrator',
    id,
    administratorId: id,
    actor: actorOf(administrator, address),
    scopes: new Set(scopesOfRole[role]),
    projects: role === 'owner' || projectIds === null ? 'all' : new Set(projectIds),
  }
}
