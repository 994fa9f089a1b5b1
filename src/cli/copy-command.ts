import type { Command } from 'commander'
import { copyDatabase } from '../db/copy/copy-database.ts'
import { systemClock } from '../platform/clock.ts'
import { print, table } from './output.ts'
import { showCopying } from './show-copying.ts'

export function copyCommand(db: Command): void {
  db.command('copy')
    .description('copy everything from a SQLite file to PostgreSQL, or back')
    .requiredOption('--from <database>', 'a SQLite file or a postgres:// URL; only read')
    .requiredOption('--to <database>', 'the other kind: an empty database, or an unfinished copy')
    .option('--start-over', 'empty an unfinished copy first, instead of going on with it')
    .action(async ({ from, to, startOver }, command: Command) => {
      const shown = showCopying(process.stderr)
      const copied = await copyDatabase({
        from,
        to,
        startOver,
        now: systemClock.now(),
        tell: shown.tell,
      }).finally(shown.end)
      const rows = copied.tables.map(each => [
        each.table,
        String(each.rows),
        each.checksum.slice(0, 16),
        'the same',
      ])
      print(command, {
        data: copied,
        lines: [
          ...table([['TABLE', 'ROWS', 'SHA-256', 'COPY'], ...rows]),
          '',
          `All of ${copied.from} is in ${copied.to}.`,
          'Set DATABASE_URL to it wherever Gatepass runs, and GATEPASS_SECRET to what it was:',
          'without the same secret the signing keys cannot be read. Then start no server on the old database.',
        ],
      })
    })
}
