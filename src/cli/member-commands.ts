import type { Command } from 'commander'
import { listMembers } from '../accounts/account-members.ts'
import { setMember, takeMemberOut } from '../sessions/accounts/manage-members.ts'
import { groupSlugs } from '../tokens/claims.ts'
import { withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { collect } from './read-options.ts'

export function memberCommands(account: Command): void {
  const member = account.command('member').description('who of the accounts may sign in to a project')

  member
    .command('add')
    .description('make an account a member of a project, or change the groups of one who is')
    .argument('<account>', 'user name, e-mail address or ID')
    .requiredOption('--project <slug>')
    .option('--group <slug>', 'a reader group; repeat for more', collect, [])
    .action((name: string, options: { project: string; group: string[] }, command: Command) =>
      withContext(async context => {
        const project = context.project(options.project)
        const input = { account: name, groups: options.group }
        const id = await setMember(context, context.actor, project, input)
        print(command, {
          data: { id, project: project.slug, groups: options.group },
          lines: [`${plain(name)} is a member of ${project.slug}.`],
        })
      }),
    )

  member
    .command('list')
    .description('list the members of a project')
    .requiredOption('--project <slug>')
    .action((options: { project: string }, command: Command) =>
      withContext(async context => {
        const project = context.project(options.project)
        const members = (await listMembers(context.database.read, project.id)).map(
          ({ account, groupIds, createdAt }) => ({
            ...{ id: account.id, username: account.username, email: account.email, name: account.name },
            ...{ groups: groupSlugs(project, groupIds), disabledAt: account.disabledAt, createdAt },
          }),
        )
        const rows = members.map(each => [
          ...[plain(each.username ?? '-'), plain(each.email ?? '-'), each.groups.join(',') || '-'],
          ...[each.disabledAt === null ? '-' : 'disabled', moment(each.createdAt)],
        ])
        print(command, {
          data: members,
          lines:
            members.length === 0
              ? ['No member yet.']
              : table([['USER NAME', 'E-MAIL', 'GROUPS', 'STATE', 'SINCE'], ...rows]),
        })
      }),
    )

  member
    .command('remove')
    .description('take an account out of a project, and sign it out there')
    .argument('<account>', 'user name, e-mail address or ID')
    .requiredOption('--project <slug>')
    .action((name: string, options: { project: string }, command: Command) =>
      withContext(async context => {
        const project = context.project(options.project)
        await takeMemberOut(context, context.actor, project, name)
        print(command, {
          data: { project: project.slug },
          lines: [`${plain(name)} is no member of ${project.slug} any more.`],
        })
      }),
    )
}
