// What every command works with: the same database as the server, opened for the time of the command, and the name of
// whoever types, for the audit log.
import { hostname, userInfo } from 'node:os'
import type { Actor } from '../audit/audit-log.ts'
import { type Config, processEnvironment, readConfig } from '../config.ts'
import { type Database, openDatabase } from '../db/database.ts'
import { migrate } from '../db/migrate.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import type { Project } from '../projects/project.ts'
import { createRegistry, type Registry } from '../projects/registry.ts'
import { requireProject } from '../projects/update-project.ts'

export interface CommandContext {
  readonly config: Config
  readonly database: Database
  readonly clock: Clock
  readonly issuer: string
  readonly registry: Registry
  readonly actor: Actor
  /** The project with this slug. @throws AppError `not_found`. */
  project(slug: string): Project
}

/** Opens the database of the environment, brings it up to date, runs `work` and closes it. */
export async function withContext<T>(work: (context: CommandContext) => Promise<T>): Promise<T> {
  const config = readConfig(processEnvironment())
  const database = openDatabase(config.databaseUrl, { pool: config.databasePool })
  try {
    await migrate(database, systemClock.now())
    const registry = createRegistry(database.read)
    await registry.refresh()
    return await work({
      config,
      database,
      clock: systemClock,
      issuer: config.issuer,
      registry,
      actor: { name: `cli:${userInfo().username}`, origin: `${hostname()}:${process.pid}` },
      project: slug => requireProject(registry.projects(), slug),
    })
  } finally {
    await database.close()
  }
}
