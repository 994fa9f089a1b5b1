import { type Command, Option } from 'commander'
import { type Account, accountName } from '../accounts/account.ts'
import { listMemberships } from '../accounts/account-members.ts'
import { listAccountSessions } from '../accounts/account-sessions.ts'
import { requireAccountByName } from '../accounts/account-store.ts'
import { createAccount } from '../accounts/create-account.ts'
import { findAccounts } from '../accounts/find-accounts.ts'
import {
  accountLinkUrl,
  deleteAccount,
  renewAccountLink,
  updateAccount,
} from '../sessions/accounts/manage-accounts.ts'
import { type CommandContext, withContext } from './command-context.ts'
import { confirm } from './confirm.ts'
import { moment, plain, print, table } from './output.ts'
import { readCount } from './read-options.ts'

interface Settings {
  readonly username?: string
  readonly email?: string
  readonly name?: string
  readonly type?: Account['type']
  readonly scope?: string
}

/** @returns the command `account`, for what else belongs under it. */
export function accountCommands(program: Command): Command {
  const account = program
    .command('account')
    .description('accounts: people with a password here, as readers and developers')

  settings(account.command('create'))
    .description('make an account, and print the one-time link with which its owner sets a password')
    .action((options: Settings, command: Command) =>
      withContext(async context => {
        const { username = null, email = null, name = '', type = 'user', scope = '' } = options
        const input = { username, email, name, type, scope, emailVerified: true }
        const made = await createAccount(context, context.actor, input)
        const { url, expiresAt } = await linkFor(context, made.account)
        print(command, {
          data: { ...made.account, link: url, linkExpiresAt: expiresAt, apiKey: made.apiKey },
          lines: [
            url,
            '',
            `${plain(accountName(made.account))} sets a password with it, once, until ${moment(expiresAt)}.`,
            ...apiKeyLines(made.apiKey),
          ],
        })
      }),
    )

  account
    .command('list')
    .description('list accounts, the newest first')
    .option('--search <text>', 'whose user name or e-mail address begins with this', '')
    .option('--limit <number>', 'how many', readCount, 50)
    .action((options: { search: string; limit: number }, command: Command) =>
      withContext(async context => {
        const { accounts } = await findAccounts(context.database.read, options)
        const rows = accounts.map(each => [
          ...[plain(each.username ?? '-'), plain(each.email ?? '-'), plain(each.name) || '-', each.type],
          ...[stateOf(each), moment(each.createdAt)],
        ])
        print(command, {
          data: accounts,
          lines:
            accounts.length === 0
              ? ['No account found.']
              : table([['USER NAME', 'E-MAIL', 'NAME', 'TYPE', 'STATE', 'MADE'], ...rows]),
        })
      }),
    )

  account
    .command('show')
    .description('show an account with its projects and sign-ins')
    .argument('<account>', 'user name, e-mail address or ID')
    .action((name: string, _, command: Command) =>
      withContext(async context => {
        const { read } = context.database
        const found = await requireAccountByName(read, name)
        const members = await membershipsOf(context, found.id)
        const sessions = (await listAccountSessions(read, found.id)).length
        print(command, {
          data: { ...found, projects: members, sessions },
          lines: [
            ...[`user name  ${plain(found.username ?? '-')}`, `e-mail     ${plain(found.email ?? '-')}`],
            ...[`name       ${plain(found.name) || '-'}`, `type       ${found.type}`],
            ...[`scope      ${found.scope || '-'}`, `state      ${stateOf(found)}`, `id         ${found.id}`],
            ...members.map(
              ({ project, groups }) =>
                `project    ${project}${groups.length > 0 ? ` (${groups.join(', ')})` : ''}`,
            ),
          ],
        })
      }),
    )

  settings(account.command('update'))
    .description('change an account; what is not named stays as it is')
    .argument('<account>', 'user name, e-mail address or ID')
    .action((name: string, options: Settings, command: Command) =>
      withContext(async context => {
        const { id } = await requireAccountByName(context.database.read, name)
        const { account: found, apiKey } = await updateAccount(context, context.actor, id, options)
        print(command, {
          data: { ...found, apiKey },
          lines: [`${plain(accountName(found))} is changed.`, ...apiKeyLines(apiKey)],
        })
      }),
    )

  for (const disabled of [true, false]) {
    account
      .command(disabled ? 'disable' : 'enable')
      .description(
        disabled ? 'sign an account out everywhere, and keep it out' : 'let a disabled account sign in again',
      )
      .argument('<account>', 'user name, e-mail address or ID')
      .action((name: string, _, command: Command) =>
        withContext(async context => {
          const { id } = await requireAccountByName(context.database.read, name)
          const { account: found } = await updateAccount(context, context.actor, id, { disabled })
          const state = disabled ? 'disabled, and signed out everywhere' : 'let in again'
          print(command, { data: found, lines: [`${plain(accountName(found))} is ${state}.`] })
        }),
      )
  }

  account
    .command('link')
    .description('print a one-time link to set a password; older ones are void')
    .argument('<account>', 'user name, e-mail address or ID')
    .action((name: string, _, command: Command) =>
      withContext(async context => {
        const found = await requireAccountByName(context.database.read, name)
        const { url, expiresAt } = await linkFor(context, found)
        print(command, {
          data: { id: found.id, url, expiresAt },
          lines: [url, '', `For ${plain(accountName(found))}. It works once, until ${moment(expiresAt)}.`],
        })
      }),
    )

  account
    .command('delete')
    .description('delete an account for good; the readers that it was stay, signed out')
    .argument('<account>', 'user name, e-mail address or ID')
    .option('--yes', 'do not ask')
    .action((name: string, options: { yes?: true }, command: Command) =>
      withContext(async context => {
        const found = await requireAccountByName(context.database.read, name)
        if (!options.yes)
          await confirm(`Type ${plain(accountName(found))} to delete it: `, accountName(found))
        await deleteAccount(context, context.actor, found.id)
        print(command, { data: { id: found.id }, lines: [`${plain(accountName(found))} is deleted.`] })
      }),
    )
  return account
}

function settings(command: Command): Command {
  return command
    .option('--username <name>', 'user name, without @ and white space')
    .option('--email <address>', 'e-mail address; you vouch for it')
    .option('--name <name>', 'what they are called')
    .addOption(
      new Option('--type <type>', 'a developer makes suites over the account API').choices([
        'user',
        'developer',
      ]),
    )
    .option('--scope <words>', 'words for the JWTs of suites, with blanks between')
}

async function linkFor(context: CommandContext, { id }: Account) {
  const link = await renewAccountLink(context, context.actor, id)
  return { url: accountLinkUrl(context.issuer, link), expiresAt: link.expiresAt }
}

async function membershipsOf({ registry, database }: CommandContext, accountId: string) {
  return (await listMemberships(database.read, accountId)).flatMap(({ projectId, groupIds }) => {
    const project = registry.projectById(projectId)
    if (!project) return []
    const groups = project.groups.filter(({ id }) => groupIds.includes(id)).map(({ slug }) => slug)
    return [{ project: project.slug, groups }]
  })
}

function apiKeyLines(apiKey: string | null): string[] {
  return apiKey === null ? [] : ['', `API key, shown this once: ${apiKey}`]
}

function stateOf({ active, disabledAt }: Account): string {
  if (disabledAt !== null) return 'disabled'
  return active ? 'active' : 'no password yet'
}
