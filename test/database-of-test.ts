// Where a test's database is: a file in its folder, or, in a run on PostgreSQL (npm run test:postgres), a copy of the
// migrated database that the run has made.
import { join } from 'node:path'
import type { DialectName } from '../src/db/handle.ts'

export interface DatabaseOfTest {
  readonly dialect: DialectName
  /** For DATABASE_URL. */
  readonly url: string
  remove(): Promise<void>
}

/** The server of a run on PostgreSQL, such as `postgres://user:password@host:port`; undefined on SQLite. */
export const testServer = process.env.GATEPASS_TEST_DATABASE

export const onPostgres = testServer !== undefined

export async function databaseOfTest(folder: string): Promise<DatabaseOfTest> {
  if (testServer === undefined) {
    return { dialect: 'sqlite', url: join(folder, 'gatepass.db'), remove: async () => {} }
  }
  // Only here, so that tests on SQLite load nothing of it.
  const { copyTemplate, dropDatabase } = await import('./postgres.ts')
  const url = await copyTemplate(testServer)
  return { dialect: 'postgres', url, remove: () => dropDatabase(url) }
}
