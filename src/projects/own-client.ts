import type { Client, ClientKind } from './project.ts'

/** The client of a kind that a project was made with: its oldest. `clients` are those of one project, oldest first. */
export function ownClient<C extends Client>(clients: readonly C[], kind: ClientKind): C | undefined {
  return clients.find(client => client.kind === kind)
}
