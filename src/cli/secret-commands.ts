import { type Command, InvalidArgumentError, Option } from 'commander'
import { isActive } from '../projects/client-secrets.ts'
import type { ClientKind } from '../projects/project.ts'
import { revokeSecret, rotateSecret } from '../projects/rotate-secret.ts'
import { withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { readDuration } from './read-options.ts'

const clientOption = () =>
  new Option('--client <client>', "whose secret: the project's own login or site client, or a client ID")
    .argParser(readClient)
    .default({ kind: 'login' }, 'login')

interface WantedClient {
  readonly kind: ClientKind
  readonly clientId?: string
}

/** The project's own client of a kind, or one client by its ID. */
function readClient(text: string): WantedClient {
  if (text === 'login' || text === 'site') return { kind: text }
  const kind = /^(login|site)_[0-9a-f]{32}$/.exec(text)?.[1]
  if (kind === undefined)
    throw new InvalidArgumentError('Allowed choices are login, site, or the ID of a client.')
  return { kind: kind as ClientKind, clientId: text }
}

export function secretCommands(program: Command): void {
  const secret = program
    .command('secret')
    .description('client secrets: of the login endpoint, and of the site')

  secret
    .command('rotate')
    .description('make a new secret, shown this once, and retire the ones before it')
    .requiredOption('--project <slug>')
    .addOption(clientOption())
    .option(
      '--grace <duration>',
      'how long the old ones still work: 30m, 24h, 7d; 0: not at all',
      readDuration,
      0,
    )
    .option('--label <label>', 'a name to recognise it by', 'rotated')
    .action(
      (options: { project: string; client: WantedClient; grace: number; label: string }, command: Command) =>
        withContext(async context => {
          const { project: slug, client, grace, label } = options
          const made = await rotateSecret(context, context.actor, {
            ...client,
            slug,
            label,
            grace,
          })
          const old = made.oldValidUntil
          const end =
            grace > 0 && old !== null
              ? `Secrets before it work until ${moment(old)}.`
              : 'Secrets before it work no longer.'
          print(command, {
            data: made,
            lines: [
              ...table([
                ['client ID', made.clientId],
                ['client secret', made.clientSecret],
              ]),
              '',
              `Shown this once. ${end}`,
            ],
          })
        }),
    )

  secret
    .command('list')
    .description('list secrets: their last four characters, use and end; never the secrets')
    .requiredOption('--project <slug>')
    .option('--client <client>', 'login, site or a client ID; all without it')
    .action((options: { project: string; client?: string }, command: Command) =>
      withContext(async context => {
        const now = context.clock.now()
        const secrets = context.registry
          .clientsOf(context.project(options.project).id)
          .filter(client => options.client === undefined || [client.kind, client.id].includes(options.client))
          .flatMap(client =>
            client.secrets.map(({ hash: _, ...rest }) => ({
              ...rest,
              client: client.kind,
              active: isActive({ ...rest, hash: _ }, now),
            })),
          )
        const rows = secrets.map(each => [
          ...[each.id, each.client, `...${each.hint}`, plain(each.label), each.active ? 'active' : 'retired'],
          ...[moment(each.createdAt), moment(each.lastUsedAt), moment(each.expiresAt)],
        ])
        print(command, {
          data: secrets,
          lines: table([['ID', 'CLIENT', 'SECRET', 'LABEL', 'STATE', 'MADE', 'LAST USED', 'ENDS'], ...rows]),
        })
      }),
    )

  secret
    .command('revoke')
    .description('end one secret now')
    .argument('<id>', 'from: gatepass secret list')
    .requiredOption('--project <slug>')
    .addOption(clientOption().hideHelp())
    .action((secretId: string, options: { project: string }, command: Command) =>
      withContext(async context => {
        await revokeSecret(context, context.actor, { slug: options.project, secretId })
        print(command, {
          data: { id: secretId, revoked: true },
          lines: [`Secret ${secretId} works no longer.`],
        })
      }),
    )
}
