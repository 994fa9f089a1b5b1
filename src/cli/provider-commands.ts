import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { ProviderKind } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import { wrappingKey } from '../keys/wrap.ts'
import { createOutboundFetch } from '../platform/outbound-fetch.ts'
import { type IdentityProvider, settingsSchemas } from '../upstream/identity-provider.ts'
import { listIdentityProviders } from '../upstream/identity-provider-store.ts'
import {
  createIdentityProvider,
  deleteIdentityProvider,
  requireIdentityProvider,
  updateIdentityProvider,
} from '../upstream/manage-identity-providers.ts'
import { openidRedirectUri } from '../upstream/openid/redirect-uri.ts'
import { fillSettings } from '../upstream/saml/fill-settings.ts'
import { refreshMetadata } from '../upstream/saml/refresh-metadata.ts'
import { readSettings } from '../upstream/setting-fields.ts'
import { type CommandContext, withContext } from './command-context.ts'
import { plain, print, table } from './output.ts'
import { providerTestCommand } from './provider-test-command.ts'
import { collect } from './read-options.ts'

interface ProviderOptions {
  readonly project: string
  readonly kind: ProviderKind
  readonly slug?: string
  readonly name?: string
  readonly setting?: readonly string[]
  readonly metadataFile?: string
  readonly secretFile?: string
  readonly secretStdin?: true
  /** False for `--no-secret`. */
  readonly secret?: boolean
}

export function providerCommands(program: Command): void {
  const provider = program
    .command('provider')
    .description('identity providers: who else vouches for readers, such as Google')

  settingOptions(provider.command('create'))
    .description('make an identity provider')
    .requiredOption('--project <slug>')
    .addOption(
      new Option('--kind <kind>', 'what it is').choices(Object.keys(settingsSchemas)).makeOptionMandatory(),
    )
    .option('--slug <slug>', 'what requests call it; its kind without it')
    .action((options: ProviderOptions, command: Command) =>
      withContext(async context => {
        const { kind, slug = kind, name = slug, setting = [] } = options
        const settings = await withMetadata(context, kind, readSettings(kind, setting), options)
        const input = { kind, slug, name, settings, secret: readSecret(options) }
        const made = await createIdentityProvider(
          depsOf(context),
          context.actor,
          context.project(options.project),
          input,
        )
        const data = describe(made, context, options.project)
        const lines = [`Identity provider ${made.slug} is made.`]
        if (data.redirectUri !== undefined)
          lines.push('For readers who sign in there, register this redirect URI:', data.redirectUri)
        print(command, { data, lines })
      }),
    )

  providerTestCommand(provider)

  provider
    .command('list')
    .description('list the identity providers of a project')
    .requiredOption('--project <slug>')
    .action((options: { project: string }, command: Command) =>
      withContext(async context => {
        const project = context.project(options.project)
        const providers = (await listIdentityProviders(context.database.read, project.id)).map(each =>
          describe(each, context, project.slug),
        )
        const rows = providers.map(each => [
          ...[each.slug, each.kind, plain(each.name), each.hasSecret ? 'stored' : '-'],
          plain(JSON.stringify(each.settings)),
        ])
        print(command, {
          data: providers,
          lines:
            rows.length === 0
              ? ['No identity providers.']
              : table([['SLUG', 'KIND', 'NAME', 'SECRET', 'SETTINGS'], ...rows]),
        })
      }),
    )

  settingOptions(provider.command('update'))
    .description('change an identity provider; what is not named stays')
    .argument('<slug>')
    .requiredOption('--project <slug>')
    .option('--no-secret', 'take the secret away')
    .action((slug: string, options: ProviderOptions, command: Command) =>
      withContext(async context => {
        const project = context.project(options.project)
        const before = await requireIdentityProvider(context.database.read, project, slug)
        const { name = before.name, setting = [] } = options
        const secret = options.secret === false ? null : readSecret(options)
        const nothing = options.name === undefined && setting.length === 0 && secret === undefined
        if (nothing && options.metadataFile === undefined) {
          const sentence = 'Nothing to change was named; see: gatepass provider update --help'
          throw new AppError('invalid_request', sentence)
        }
        const typed = readSettings(before.kind, setting, before.settings)
        const settings = await withMetadata(context, before.kind, typed, options)
        const input = { slug, name, settings, secret }
        const changed = await updateIdentityProvider(
          depsOf(context),
          context.actor,
          project,
          input,
          before.version,
        )
        const data = describe(changed, context, project.slug)
        print(command, { data, lines: [`Identity provider ${slug} is changed.`] })
      }),
    )

  provider
    .command('refresh')
    .description('read the metadata of a SAML provider again from its metadataUrl')
    .argument('<slug>')
    .requiredOption('--project <slug>')
    .action((slug: string, options: { project: string }, command: Command) =>
      withContext(async context => {
        const deps = { ...depsOf(context), ...metadataDepsOf(context) }
        const project = context.project(options.project)
        const { provider: read, changed } = await refreshMetadata(deps, context.actor, project, slug)
        const said = changed ? 'is stored' : 'was stored already'
        print(command, {
          data: { ...describe(read, context, project.slug), changed },
          lines: [`The metadata of ${slug} was read; what it says ${said}.`],
        })
      }),
    )

  provider
    .command('delete')
    .description('delete an identity provider: nobody comes in by it from now on')
    .argument('<slug>')
    .requiredOption('--project <slug>')
    .action((slug: string, options: { project: string }, command: Command) =>
      withContext(async context => {
        await deleteIdentityProvider(depsOf(context), context.actor, context.project(options.project), slug)
        print(command, { data: { slug, deleted: true }, lines: [`Identity provider ${slug} is deleted.`] })
      }),
    )
}

function settingOptions(command: Command): Command {
  return command
    .option('--name <name>', 'what people call it')
    .option('--setting <key=value>', 'a setting of its kind; repeat it for more', collect)
    .option('--metadata-file <file>', 'by the kind saml: the metadata of the provider')
    .option('--secret-file <file>', 'the secret of your application there, from a file')
    .option('--secret-stdin', 'the same, from standard input')
}

/** Never an argument: those stand in the list of processes and in the shell's history. */
function readSecret({ secretFile, secretStdin }: ProviderOptions): string | undefined {
  if (secretFile === undefined && !secretStdin) return undefined
  if (secretFile !== undefined && secretStdin)
    throw new AppError('invalid_request', 'Give the secret in one way: --secret-file or --secret-stdin.')
  let text: string
  try {
    text = readFileSync(secretFile ?? process.stdin.fd, 'utf8')
  } catch (cause) {
    throw new AppError('invalid_request', `${secretFile ?? 'Standard input'} cannot be read.`, { cause })
  }
  const secret = text.trim()
  if (secret === '' || secret.length > 1024)
    throw new AppError('invalid_request', 'The secret must have 1 to 1024 characters.')
  return secret
}

/** Only a SAML provider has metadata. */
async function withMetadata(
  context: CommandContext,
  kind: ProviderKind,
  settings: Readonly<Record<string, unknown>>,
  { metadataFile }: ProviderOptions,
): Promise<Readonly<Record<string, unknown>>> {
  if (kind !== 'saml') {
    if (metadataFile === undefined) return settings
    throw new AppError('invalid_request', '--metadata-file is for providers of the kind saml.')
  }
  const text = metadataFile === undefined ? '' : readText(metadataFile)
  return await fillSettings(metadataDepsOf(context), settings, text)
}

function metadataDepsOf({ clock, config }: CommandContext) {
  return { clock, fetch: createOutboundFetch(config), production: config.production }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('invalid_request', `${file} cannot be read.`, { cause })
  }
}

function depsOf({ database, clock, config }: CommandContext) {
  return { database, clock, wrapping: wrappingKey(config.secret) }
}

function describe(
  { wrappedSecret, ...provider }: IdentityProvider,
  { issuer }: CommandContext,
  projectSlug: string,
) {
  const redirectUri =
    provider.kind === 'oidc' ? openidRedirectUri(issuer, projectSlug, provider.slug) : undefined
  return { ...provider, hasSecret: wrappedSecret !== null, ...(redirectUri && { redirectUri }) }
}
