import type { DatabaseConnection, Dialect, Driver } from 'kysely'

/** What a database speaks, over one connection that is held elsewhere; transactions belong to the write queue. */
export function dialectOf(connection: DatabaseConnection, speech: Omit<Dialect, 'createDriver'>): Dialect {
  const refuse = async () => {
    throw new Error('transactions belong to the write queue: use database.write')
  }
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {},
  }
  return { ...speech, createDriver: () => driver }
}
