import type { Command } from 'commander'
import { applicationTokensOf, createApplicationToken } from '../projects/application-tokens.ts'
import { isActive } from '../projects/client-secrets.ts'
import { ownClient } from '../projects/own-client.ts'
import { revokeSecret } from '../projects/rotate-secret.ts'
import { withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { readDuration } from './read-options.ts'

export function aatCommands(program: Command): void {
  const aat = program
    .command('aat')
    .description('application access tokens: what a program asks for login tokens with')

  aat
    .command('create')
    .description('make a token, shown this once')
    .requiredOption('--project <slug>')
    .option('--label <label>', 'a name to recognise it by', 'first')
    .option('--expires <duration>', 'when it ends by itself: 24h, 90d; without it, not', readDuration)
    .action((options: { project: string; label: string; expires?: number }, command: Command) =>
      withContext(async context => {
        const { project: slug, label, expires: life = null } = options
        const made = await createApplicationToken(context, context.actor, { slug, label, life })
        const end = made.expiresAt === null ? '' : ` It works until ${moment(made.expiresAt)}.`
        print(command, {
          data: made,
          lines: [
            ...table([
              ['application token', made.token],
              ['ID', made.id],
            ]),
            '',
            `Shown this once.${end}`,
          ],
        })
      }),
    )

  aat
    .command('list')
    .description('list tokens: their last four characters, use and end; never the tokens')
    .requiredOption('--project <slug>')
    .action((options: { project: string }, command: Command) =>
      withContext(async context => {
        const now = context.clock.now()
        const tokens = applicationTokensOf(context.registry, context.project(options.project).id).map(
          secret => {
            const { hash: _, ...rest } = secret
            return { ...rest, active: isActive(secret, now) }
          },
        )
        const rows = tokens.map(each => [
          ...[each.id, `...${each.hint}`, plain(each.label), each.active ? 'active' : 'over'],
          ...[moment(each.createdAt), moment(each.lastUsedAt), moment(each.expiresAt)],
        ])
        print(command, {
          data: tokens,
          lines:
            tokens.length === 0
              ? ['No application token yet.']
              : table([['ID', 'TOKEN', 'LABEL', 'STATE', 'MADE', 'LAST USED', 'ENDS'], ...rows]),
        })
      }),
    )

  aat
    .command('revoke')
    .description('end one token now, and the login tokens that were made with it and wait')
    .argument('<id>', 'from: gatepass aat list')
    .requiredOption('--project <slug>')
    .action((secretId: string, options: { project: string }, command: Command) =>
      withContext(async context => {
        const clients = context.registry.clientsOf(context.project(options.project).id)
        const clientId = ownClient(clients, 'application')?.id ?? 'none'
        await revokeSecret(context, context.actor, { slug: options.project, secretId, clientId })
        print(command, {
          data: { id: secretId, revoked: true },
          lines: [`Application token ${plain(secretId)} works no longer.`],
        })
      }),
    )
}
