import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { AppError } from '../errors.ts'
import type { RegisteredClient } from '../projects/registry.ts'
import {
  type ClientSettings,
  createSiteClient,
  deleteSiteClient,
  updateSiteClient,
} from '../projects/site-clients.ts'
import { withContext } from './command-context.ts'
import { plain, print, table } from './output.ts'
import { collect } from './read-options.ts'

export function clientCommands(program: Command): void {
  const client = program
    .command('client')
    .description('OpenID Connect clients: knowledge bases and applications that run elsewhere')

  settingOptions(client.command('create'))
    .description('make a client; prints its secret, which is shown this once')
    .requiredOption('--project <slug>')
    .action((_, command: Command) =>
      withContext(async context => {
        const options = command.opts()
        const made = await createSiteClient(context, context.actor, options.project, readSettings(options))
        const data = {
          ...made,
          issuer: context.issuer,
          discoveryUrl: `${context.issuer}/.well-known/openid-configuration`,
        }
        print(command, {
          data,
          lines: table([
            ['client ID', made.clientId],
            ['client secret', made.clientSecret ?? 'none'],
            ['issuer', data.issuer],
            ['discovery', data.discoveryUrl],
          ]),
        })
      }),
    )

  client
    .command('list')
    .description('list the clients of a project')
    .requiredOption('--project <slug>')
    .action((options: { project: string }, command: Command) =>
      withContext(async context => {
        const clients = context.registry.clientsOf(context.project(options.project).id).map(describe)
        const rows = clients.map(each => [
          ...[
            each.id,
            each.kind,
            plain(each.name || '-'),
            each.authMethod,
            each.redirectUris.join(' ') || '-',
          ],
          each.backchannelLogoutUri ?? '-',
        ])
        print(command, {
          data: clients,
          lines: table([
            ['ID', 'KIND', 'NAME', 'AUTHENTICATES BY', 'REDIRECT URIS', 'LOGOUT NOTICES TO'],
            ...rows,
          ]),
        })
      }),
    )

  settingOptions(client.command('update'))
    .description('change a client; what is not named stays')
    .argument('<id>')
    .requiredOption('--project <slug>')
    .action((id: string, _, command: Command) =>
      withContext(async context => {
        const options = command.opts()
        const settings = readSettings(options)
        if (Object.keys(settings).length === 0) {
          throw new AppError(
            'invalid_request',
            'Nothing to change was named; see: gatepass client update --help',
          )
        }
        await updateSiteClient(context, context.actor, options.project, id, settings)
        await context.registry.refresh()
        print(command, { data: describe(context.registry.client(id)!), lines: [`Client ${id} is changed.`] })
      }),
    )

  client
    .command('delete')
    .description('delete a client: its tokens are worth nothing from now on')
    .argument('<id>')
    .requiredOption('--project <slug>')
    .action((id: string, options: { project: string }, command: Command) =>
      withContext(async context => {
        await deleteSiteClient(context, context.actor, options.project, id)
        print(command, { data: { id, deleted: true }, lines: [`Client ${id} is deleted.`] })
      }),
    )
}

function settingOptions(command: Command): Command {
  return command
    .option('--name <name>', 'what people call it')
    .option('--redirect-uri <uri>', 'where codes may be sent, exactly; repeat for more', collect)
    .option(
      '--post-logout-redirect-uri <uri>',
      'where a browser may go after signing out; repeat for more',
      collect,
    )
    .option('--backchannel-logout-uri <uri>', 'where logout tokens are sent ("" takes it away)')
    .addOption(
      new Option(
        '--auth-method <method>',
        'how it proves who it is; none: a public client, by PKCE alone',
      ).choices([...['client_secret', 'private_key_jwt', 'none']]),
    )
    .option('--jwks <file>', 'its public keys as a JWK Set, for private_key_jwt')
    .addOption(
      new Option(
        '--algorithm <algorithm>',
        'what its ID tokens are signed with; without it as the project says',
      ).choices([...['ES256', 'EdDSA', 'RS256']]),
    )
}

function readSettings(options: Record<string, unknown>): ClientSettings {
  const settings = {
    name: options.name,
    authMethod: options.authMethod,
    redirectUris: options.redirectUri,
    postLogoutRedirectUris: options.postLogoutRedirectUri,
    backchannelLogoutUri: options.backchannelLogoutUri === '' ? null : options.backchannelLogoutUri,
    jwks: options.jwks === undefined ? undefined : readJwks(String(options.jwks)),
    idTokenAlgorithm: options.algorithm,
  }
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as ClientSettings
}

function readJwks(file: string): unknown {
  try {
    const set = JSON.parse(readFileSync(file, 'utf8'))
    if (Array.isArray(set.keys)) return set
  } catch (cause) {
    throw new AppError('invalid_request', `${file} cannot be read as a JWK Set.`, { cause })
  }
  throw new AppError('invalid_request', `${file} is no JWK Set: it has no list of keys.`)
}

function describe({ project: _, secrets, ...client }: RegisteredClient) {
  return { ...client, secrets: secrets.length }
}
