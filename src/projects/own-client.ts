import { AppError } from '../errors.ts'
import type { Client, ClientKind } from './project.ts'

/** The client of a kind that a project was made with: its oldest. `clients` are those of one project, oldest first. */
export function ownClient<C extends Client>(clients: readonly C[], kind: ClientKind): C | undefined {
  return clients.find(client => client.kind === kind)
}

/**
 * The site's own client stays: without it the next oldest would be taken for it.
 * @throws AppError `conflict`.
 */
export function refuseOwnSiteClient(clients: readonly Client[], client: Client): void {
  if (ownClient(clients, 'site')?.id !== client.id) return
  throw new AppError('conflict', "This is the site's own client; it goes with its project.")
}
