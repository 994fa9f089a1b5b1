import type { Command } from 'commander'
import { displayName } from '../readers/reader.ts'
import { listReaders } from '../readers/reader-store.ts'
import { setReaderBlocked } from '../sessions/block-reader.ts'
import { groupSlugs } from '../tokens/claims.ts'
import { withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { readCount } from './read-options.ts'

export function readerCommands(program: Command): void {
  const reader = program.command('reader').description('readers: who signed in')

  reader
    .command('list')
    .description('list the newest readers of a project')
    .requiredOption('--project <slug>')
    .option('--limit <number>', 'how many', readCount, 50)
    .action((options: { project: string; limit: number }, command: Command) =>
      withContext(async context => {
        const project = context.project(options.project)
        const readers = (await listReaders(context.database.read, project.id, options.limit)).map(
          ({ groupIds, projectId: _, ...rest }) => ({ ...rest, groups: groupSlugs(project, groupIds) }),
        )
        const rows = readers.map(each => [
          ...[
            plain(each.externalId),
            plain(displayName(each)),
            plain(each.email),
            each.groups.join(',') || '-',
          ],
          ...[each.blockedAt === null ? '-' : `blocked ${moment(each.blockedAt)}`, moment(each.createdAt)],
        ])
        print(command, {
          data: readers,
          lines:
            readers.length === 0
              ? ['No readers yet.']
              : table([['READER', 'NAME', 'E-MAIL', 'GROUPS', 'BLOCKED', 'FIRST SEEN'], ...rows]),
        })
      }),
    )

  for (const blocked of [true, false]) {
    reader
      .command(blocked ? 'block' : 'unblock')
      .description(
        blocked ? 'end the sessions of a reader and refuse new ones' : 'let a blocked reader sign in again',
      )
      .argument('<reader>', 'external ID (the e-mail address, where none is sent) or ID')
      .requiredOption('--project <slug>')
      .action((reference: string, options: { project: string }, command: Command) =>
        withContext(async context => {
          const project = context.project(options.project)
          const found = await setReaderBlocked(context, context.actor, {
            project,
            reader: reference,
            blocked,
          })
          print(command, {
            data: { id: found.id, externalId: found.externalId, blocked },
            lines: [
              `Reader ${plain(found.externalId)} is ${blocked ? 'blocked; their sessions have ended' : 'let in again'}.`,
            ],
          })
        }),
      )
  }
}
