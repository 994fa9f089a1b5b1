import { closeSync, openSync, readSync } from 'node:fs'
import type { Command } from 'commander'
import { applyConfiguration, previewConfiguration } from '../configuration/apply-configuration.ts'
import type { Change } from '../configuration/configuration.ts'
import type { NewSecret } from '../configuration/execute-change.ts'
import { type ConfigurationSource, readConfiguration } from '../configuration/read-configuration.ts'
import { LARGEST_FILE } from '../configuration/read-yaml.ts'
import { AppError } from '../errors.ts'
import { type CommandContext, withContext } from './command-context.ts'
import { confirm } from './confirm.ts'
import { plain, print, table } from './output.ts'
import { countChanges, showChanges } from './show-changes.ts'

interface Options {
  readonly plan?: boolean
  readonly prune?: boolean
  readonly yes?: boolean
  readonly showNewSecrets?: boolean
}

export function applyCommand(program: Command): void {
  program
    .command('apply')
    .description('make projects, groups and clients as a YAML file says; shows what changes')
    .argument('<file>', 'see: gatepass export')
    .option('--plan', 'change nothing; exit code 2 if there is something to change')
    .option('--prune', 'delete groups and clients that the file does not name, and projects')
    .option('--yes', 'do not ask before projects are deleted')
    .option('--show-new-secrets', 'print the secrets of new projects and clients, this once')
    .action((file: string, options: Options, command: Command) => {
      const source = readConfiguration(readUpTo(file, LARGEST_FILE + 1), { file })
      return withContext(context =>
        options.plan ? plan(context, source, options, command) : apply(context, source, options, command),
      )
    })
}

async function plan(
  context: CommandContext,
  source: ConfigurationSource,
  { prune = false }: Options,
  command: Command,
): Promise<void> {
  const changes = await previewConfiguration(context, source, prune)
  print(command, {
    data: { applied: false, changes, secrets: [] },
    lines: [...showChanges(changes), ...(changes.length > 0 ? [''] : []), countChanges(changes, false)],
  })
  if (changes.length > 0) process.exitCode = 2
}

async function apply(
  context: CommandContext,
  source: ConfigurationSource,
  options: Options,
  command: Command,
): Promise<void> {
  const { prune = false, showNewSecrets = false } = options
  const expected = await previewConfiguration(context, source, prune)
  if (!options.yes) await agreeToDelete(expected)
  const { changes, secrets } = await applyConfiguration(context, context.actor, source, { prune, expected })
  print(command, {
    data: {
      applied: true,
      changes,
      secrets: secrets.map(({ clientSecret, ...rest }) => ({
        ...rest,
        ...(showNewSecrets && { clientSecret }),
      })),
    },
    lines: [
      ...showChanges(changes),
      ...(changes.length > 0 ? [''] : []),
      countChanges(changes, true),
      ...(secrets.length > 0 ? ['', ...(showNewSecrets ? shown(secrets) : unshown(secrets))] : []),
    ],
  })
}

async function agreeToDelete(changes: readonly Change[]): Promise<void> {
  const slugs = changes.flatMap(({ action, kind, project }) =>
    action === 'delete' && kind === 'project' ? project : [],
  )
  if (slugs.length === 0) return
  const what = slugs.length === 1 ? `project ${slugs[0]}` : `projects ${slugs.join(' ')}`
  if (!process.stdin.isTTY) {
    throw new AppError(
      'invalid_request',
      `This would delete ${what}, which the file does not name; say so with --yes.`,
    )
  }
  process.stderr.write(`${showChanges(changes).join('\n')}\n\n`)
  const typed = slugs.length === 1 ? 'its slug' : 'their slugs'
  await confirm(`Delete ${what} with all readers? Type ${typed}: `, slugs.join(' '))
}

function shown(secrets: readonly NewSecret[]): string[] {
  const rows = secrets.map(({ project, kind, name, clientId, clientSecret }) => [
    ...[project, plain(name || kind), clientId, clientSecret],
  ])
  return [
    'New secrets are shown this once; put them away now.',
    ...table([['PROJECT', 'CLIENT', 'CLIENT ID', 'SECRET'], ...rows]),
  ]
}

function unshown(secrets: readonly NewSecret[]): string[] {
  const rows = secrets.map(({ project, kind, name, clientId }) => [
    ...[project, plain(name || kind), `gatepass secret rotate --project ${project} --client ${clientId}`],
  ])
  return [
    'Secrets were made and are not shown. A command for each makes one that is, in its place:',
    ...table([['PROJECT', 'CLIENT', 'COMMAND'], ...rows]),
  ]
}

/** The beginning of a file: one without an end is not read for ever. */
function readUpTo(file: string, limit: number): Uint8Array {
  const bytes = Buffer.alloc(limit)
  try {
    const handle = openSync(file, 'r')
    try {
      let length = 0
      for (let read = -1; read !== 0 && length < limit; length += read) {
        read = readSync(handle, bytes, length, limit - length, null)
      }
      return bytes.subarray(0, length)
    } finally {
      closeSync(handle)
    }
  } catch (cause) {
    throw new AppError('invalid_request', `${file} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
