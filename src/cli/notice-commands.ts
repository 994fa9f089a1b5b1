import type { Command } from 'commander'
import { listNotices } from '../sessions/notice-store.ts'
import { retryNotice } from '../sessions/retry-notice.ts'
import { withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { readCount } from './read-options.ts'

export function noticeCommands(program: Command): void {
  const notice = program
    .command('notice')
    .description('logout notices: which sites were told that a session ended')

  notice
    .command('list')
    .description('list the newest notices of a project')
    .requiredOption('--project <slug>')
    .option('--pending', 'only those that are still to be delivered')
    .option('--limit <number>', 'how many', readCount, 50)
    .action((options: { project: string; pending?: boolean; limit: number }, command: Command) =>
      withContext(async context => {
        const project = context.project(options.project)
        const filter = { projectId: project.id, pending: options.pending === true, limit: options.limit }
        const notices = await listNotices(context.database.read, filter)
        const rows = notices.map(each => [
          ...[each.id, moment(each.createdAt), plain(each.client.name || each.client.id)],
          ...[
            plain(each.reader ?? '-'),
            each.state.replace('_', ' '),
            String(each.tries),
            moment(each.dueAt),
          ],
          plain(each.lastProblem ?? '-'),
        ])
        const heading = ['ID', 'ENDED', 'SITE', 'READER', 'STATE', 'TRIES', 'NEXT TRY', 'PROBLEM']
        print(command, {
          data: notices.map(({ projectId: _, clientId: __, claimedUntil: ___, ...rest }) => rest),
          lines: notices.length === 0 ? ['No logout notices.'] : table([heading, ...rows]),
        })
      }),
    )

  notice
    .command('retry')
    .description('try a notice again at once, also one that was given up')
    .argument('<id>', 'from: gatepass notice list')
    .action((id: string, _, command: Command) =>
      withContext(async context => {
        await retryNotice(context, context.actor, id)
        print(command, {
          data: { id, retried: true },
          lines: [`Notice ${id} is tried again by the running server.`],
        })
      }),
    )
}
