import type { Command } from 'commander'
import { processEnvironment, readConfig } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { migrate, migrationStatus } from '../db/migrate.ts'
import { systemClock } from '../platform/clock.ts'
import { copyCommand } from './copy-command.ts'
import { moment, print, table } from './output.ts'

export function dbCommands(program: Command): void {
  const db = program.command('db').description('the database: its version, and a copy of it in another')

  for (const [name, description] of [
    ['migrate', 'bring the database to the newest version'],
    ['status', 'show which migrations were applied'],
  ] as const) {
    db.command(name)
      .description(description)
      .action(async (_, command: Command) => {
        const { databaseUrl } = readConfig(processEnvironment())
        const database = openDatabase(databaseUrl)
        try {
          const applied = name === 'migrate' ? await migrate(database, systemClock.now()) : []
          const migrations = await migrationStatus(database)
          const rows = migrations.map(each => [
            String(each.version).padStart(4, '0'),
            each.name,
            moment(each.appliedAt),
          ])
          print(command, {
            data: { database: database.name, applied, migrations },
            lines: [database.name, ...table([['VERSION', 'NAME', 'APPLIED'], ...rows])],
          })
        } finally {
          await database.close()
        }
      })
  }
  copyCommand(db)
}
