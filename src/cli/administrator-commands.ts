import type { Command } from 'commander'
import { linkLives } from '../administrators/administrator-links.ts'
import { listAdministrators, requireAdministratorByEmail } from '../administrators/administrator-store.ts'
import { createOwnerLink, linkUrl, renewLink } from '../administrators/hand-out-link.ts'
import { resetTotp, updateAdministrator } from '../administrators/manage-administrators.ts'
import { withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { slugsOf } from './project-slugs.ts'

export function administratorCommands(program: Command): void {
  const admin = program.command('admin').description('administrators: the people of the console')

  admin
    .command('link')
    .description(
      'print a one-time link: for a new owner, or with --email for an administrator to set a password',
    )
    .option('--email <email>', 'of an administrator; without it, whoever opens the link becomes an owner')
    .option('--reset-totp', 'take the second factor away too, for a lost phone')
    .action((options: { email?: string; resetTotp?: true }, command: Command) =>
      withContext(async context => {
        const { actor, database, issuer } = context
        if (options.email === undefined && options.resetTotp) {
          command.error("error: option '--reset-totp' needs '--email <email>'", { exitCode: 2 })
        }
        const administrator =
          options.email === undefined
            ? undefined
            : await requireAdministratorByEmail(database.read, options.email)
        const link = administrator
          ? await renewLink(context, actor, administrator.id, linkLives.printed)
          : await createOwnerLink(context, actor)
        if (administrator && options.resetTotp) await resetTotp(context, actor, administrator.id)
        const url = linkUrl(issuer, link)
        const whom = administrator
          ? `For ${plain(administrator.email)} to set a password.`
          : 'Whoever opens it becomes an owner.'
        print(command, {
          data: { url, email: administrator?.email ?? null, expiresAt: link.expiresAt },
          lines: [url, '', `${whom} It works once, until ${moment(link.expiresAt)}.`],
        })
      }),
    )

  admin
    .command('list')
    .description('list the administrators')
    .action((_, command: Command) =>
      withContext(async context => {
        const administrators = (await listAdministrators(context.database.read)).map(
          ({ projectIds, version: _, ...rest }) => ({ ...rest, projects: slugsOf(context, projectIds) }),
        )
        const rows = administrators.map(each => [
          ...[plain(each.email), plain(each.name), each.role, each.projects?.join(',') ?? 'all'],
          ...[stateOf(each), each.hasTotp ? 'on' : 'off', moment(each.createdAt)],
        ])
        print(command, {
          data: administrators,
          lines:
            administrators.length === 0
              ? ['No administrator yet. Print a link for the first one with: gatepass admin link']
              : table([['E-MAIL', 'NAME', 'ROLE', 'PROJECTS', 'STATE', '2ND FACTOR', 'MADE'], ...rows]),
        })
      }),
    )

  for (const disabled of [true, false]) {
    admin
      .command(disabled ? 'disable' : 'enable')
      .description(
        disabled
          ? 'sign an administrator out; they, their links and their API keys are refused'
          : 'let a disabled administrator sign in again',
      )
      .requiredOption('--email <email>', 'of the administrator')
      .action((options: { email: string }, command: Command) =>
        withContext(async context => {
          const { id } = await requireAdministratorByEmail(context.database.read, options.email)
          const { email } = await updateAdministrator(context, context.actor, id, { disabled })
          print(command, {
            data: { id, email, disabled },
            lines: [
              `${plain(email)} is ${disabled ? 'disabled; their sessions have ended' : 'let in again'}.`,
            ],
          })
        }),
      )
  }
}

function stateOf({ active, disabledAt }: { active: boolean; disabledAt: number | null }): string {
  if (disabledAt !== null) return 'disabled'
  return active ? 'active' : 'invited'
}
