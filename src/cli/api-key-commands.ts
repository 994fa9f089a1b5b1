import type { Command } from 'commander'
import { createApiKey, isLive, listApiKeys, revokeApiKey } from '../administrators/api-keys.ts'
import { principalOfCommandLine, scopes } from '../administrators/principal.ts'
import { withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { slugsOf } from './project-slugs.ts'
import { readDuration } from './read-options.ts'

export function apiKeyCommands(program: Command): void {
  const apiKey = program.command('api-key').description('API keys: credentials of programs for the admin API')

  apiKey
    .command('create')
    .description('make a key, shown this once')
    .requiredOption('--name <name>', 'what it is for')
    .requiredOption('--scope <scope...>', `what it may: ${scopes.join(', ')}`)
    .option('--project <slug...>', 'for these projects alone; without it, for all')
    .option('--expires <duration>', 'when it ends by itself: 24h, 90d; without it, not', readDuration)
    .action(
      (options: { name: string; scope: string[]; project?: string[]; expires?: number }, command: Command) =>
        withContext(async context => {
          const { apiKey, secret } = await createApiKey(context, principalOfCommandLine(context.actor), {
            name: options.name,
            scopes: options.scope,
            projectIds: options.project?.map(slug => context.project(slug).id) ?? null,
            life: options.expires ?? null,
          })
          const end = apiKey.expiresAt === null ? '' : ` It works until ${moment(apiKey.expiresAt)}.`
          print(command, {
            data: { id: apiKey.id, key: secret, expiresAt: apiKey.expiresAt },
            lines: [
              ...table([
                ['API key', secret],
                ['ID', apiKey.id],
              ]),
              '',
              `Shown this once.${end}`,
            ],
          })
        }),
    )

  apiKey
    .command('list')
    .description('list the keys: their last four characters, rights, use and end; never the keys')
    .action((_, command: Command) =>
      withContext(async context => {
        const now = context.clock.now()
        const keys = (await listApiKeys(context.database.read)).map(({ projectIds, ...rest }) => ({
          ...rest,
          projects: slugsOf(context, projectIds),
          live: isLive({ ...rest, projectIds }, now),
        }))
        const rows = keys.map(each => [
          ...[each.id, plain(each.name), `...${each.hint}`, each.live ? 'live' : 'over'],
          ...[each.projects?.join(',') ?? 'all', plain(each.createdBy)],
          ...[moment(each.lastUsedAt), moment(each.expiresAt), each.scopes.join(',')],
        ])
        print(command, {
          data: keys,
          lines:
            keys.length === 0
              ? ['No API key yet.']
              : table([
                  ['ID', 'NAME', 'KEY', 'STATE', 'PROJECTS', 'MADE BY', 'LAST USED', 'ENDS', 'SCOPES'],
                  ...rows,
                ]),
        })
      }),
    )

  apiKey
    .command('revoke')
    .description('end a key now')
    .argument('<id>', 'from: gatepass api-key list')
    .action((id: string, _, command: Command) =>
      withContext(async context => {
        await revokeApiKey(context, context.actor, id)
        print(command, { data: { id, revoked: true }, lines: [`API key ${plain(id)} works no longer.`] })
      }),
    )
}
