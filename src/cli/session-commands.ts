import type { Command } from 'commander'
import { AppError } from '../errors.ts'
import { requireReader } from '../readers/require-reader.ts'
import { endSessionBySid } from '../sessions/end-session.ts'
import { endSessionsOfReader } from '../sessions/end-sessions-of-reader.ts'
import { listSessions } from '../sessions/list-sessions.ts'
import { sidOf } from '../sessions/session.ts'
import { withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { readCount } from './read-options.ts'

export function sessionCommands(program: Command): void {
  const session = program.command('session').description('sessions: who is signed in')

  session
    .command('list')
    .description('list the open sessions of a project, newest first')
    .requiredOption('--project <slug>')
    .option('--reader <reader>', 'of one reader: external ID or ID')
    .option('--all', 'ended ones too')
    .option('--limit <number>', 'how many', readCount, 50)
    .action((options: { project: string; reader?: string; all?: boolean; limit: number }, command: Command) =>
      withContext(async context => {
        const db = context.database.read
        const project = context.project(options.project)
        const reader =
          options.reader === undefined ? undefined : await requireReader(db, project, options.reader)
        const sessions = await listSessions(db, {
          projectId: project.id,
          ...(reader && { readerId: reader.id }),
          all: options.all === true,
          now: context.clock.now(),
          limit: options.limit,
        })
        const rows = sessions.map(each => [
          ...[sidOf(each.key), plain(each.reader), each.kind, moment(each.createdAt), moment(each.expiresAt)],
          each.live ? 'open' : (each.endReason ?? 'over'),
        ])
        print(command, {
          data: sessions.map(({ key, centralKey, ...rest }) => ({
            sid: sidOf(key),
            centralSid: centralKey && sidOf(centralKey),
            ...rest,
          })),
          lines:
            sessions.length === 0
              ? ['No sessions.']
              : table([['SID', 'READER', 'KIND', 'OPENED', 'ENDS', 'STATE'], ...rows]),
        })
      }),
    )

  session
    .command('end')
    .description('end one session, or all of a reader')
    .argument('[sid]', 'from: gatepass session list')
    .requiredOption('--project <slug>')
    .option('--reader <reader>', 'all sessions of this reader: external ID or ID')
    .action((sid: string | undefined, options: { project: string; reader?: string }, command: Command) =>
      withContext(async context => {
        const project = context.project(options.project)
        if ((sid === undefined) === (options.reader === undefined)) {
          throw new AppError('invalid_request', 'Name one session by its sid, or a reader with --reader.')
        }
        if (options.reader !== undefined) {
          const reader = await endSessionsOfReader(context, context.actor, {
            project,
            reader: options.reader,
          })
          const lines = [`All sessions of ${plain(reader.externalId)} have ended.`]
          return print(command, { data: { reader: reader.externalId, ended: true }, lines })
        }
        await endSessionBySid(context, context.actor, project, sid!)
        print(command, { data: { sid, ended: true }, lines: [`Session ${sid} has ended.`] })
      }),
    )
}
