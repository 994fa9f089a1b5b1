import type { Command } from 'commander'
import { AppError } from '../errors.ts'
import { createProject } from '../projects/create-project.ts'
import { callbackUrl, type Project } from '../projects/project.ts'
import { deleteProject, updateProject } from '../projects/update-project.ts'
import { type CommandContext, withContext } from './command-context.ts'
import { confirm } from './confirm.ts'
import { moment, plain, print, table } from './output.ts'
import { readSettings, settingOptions } from './project-settings-options.ts'

export function projectCommands(program: Command): void {
  const project = program
    .command('project')
    .description('projects: a knowledge base and the login endpoint in front of it')

  settingOptions(project.command('create'))
    .description('make a project; prints its credentials, which are shown this once')
    .requiredOption('--slug <slug>', 'short name: lower-case letters, digits, inner hyphens')
    .requiredOption('--name <name>', 'name that readers see')
    .requiredOption('--site-url <url>', 'origin of the knowledge base, such as https://help.example.com')
    .option(
      '--login-url <url>',
      'where a browser without a session is sent; left out: to the login page here',
    )
    .action((_, command: Command) =>
      withContext(async context => {
        const options = command.opts()
        const created = await createProject(context, context.actor, {
          ...readSettings(options),
          slug: options.slug,
          name: options.name,
          siteUrl: options.siteUrl,
          ...(options.loginUrl !== undefined && { loginUrl: options.loginUrl }),
        })
        await context.registry.refresh()
        const data = { ...created, ...addresses(context, context.project(created.slug)) }
        print(command, {
          data,
          lines: [
            `Project ${created.slug} is made. Its secrets are shown this once; put them away now.`,
            '',
            ...table([
              ['For the login endpoint', ''],
              ['  client ID', data.clientId],
              ['  client secret', data.clientSecret],
              ['  code generation URL', data.codeGenerationUrl],
              ['  callback URL', data.callbackUrl],
              ['For a knowledge base that runs elsewhere', ''],
              ['  site client ID', data.siteClientId],
              ['  site client secret', data.siteClientSecret],
              ['  token URL', data.tokenUrl],
              ['  issuer', data.issuer],
            ]),
          ],
        })
      }),
    )

  project
    .command('list')
    .description('list the projects')
    .action((_, command: Command) =>
      withContext(async context => {
        const projects = context.registry.projects()
        const rows = projects.map(each => [
          each.slug,
          plain(each.name),
          each.siteUrl,
          each.jwtEnabled ? 'on' : 'off',
        ])
        print(command, {
          data: projects.map(each => describe(context, each)),
          lines:
            projects.length === 0
              ? ['No project yet; make one with: gatepass project create --help']
              : table([['SLUG', 'NAME', 'SITE', 'JWT'], ...rows]),
        })
      }),
    )

  project
    .command('show')
    .description('show a project with its settings, addresses and groups')
    .argument('<slug>')
    .action((slug: string, _, command: Command) =>
      withContext(async context => print(command, shown(context, context.project(slug)))),
    )

  settingOptions(project.command('update'))
    .description('change settings of a project; what is not named stays')
    .argument('<slug>')
    .option('--name <name>', 'name that readers see')
    .option('--site-url <url>', 'origin of the knowledge base')
    .option('--login-url <url>', 'where a browser without a session is sent')
    .action((slug: string, _, command: Command) =>
      withContext(async context => {
        const changes = readSettings(command.opts())
        if (Object.keys(changes).length === 0) {
          throw new AppError(
            'invalid_request',
            'Nothing to change was named; see: gatepass project update --help',
          )
        }
        await updateProject(context, context.actor, slug, changes)
        await context.registry.refresh()
        print(command, shown(context, context.project(slug)))
      }),
    )

  project
    .command('delete')
    .description('delete a project: its credentials, codes and sessions stop working at once')
    .argument('<slug>')
    .option('--yes', 'do not ask')
    .action((slug: string, options: { yes?: boolean }, command: Command) =>
      withContext(async context => {
        context.project(slug)
        if (!options.yes && process.stdin.isTTY)
          await confirm(`Delete project ${slug} and all its readers? Type its slug: `, slug)
        await deleteProject(context, context.actor, slug)
        print(command, { data: { slug, deleted: true }, lines: [`Project ${slug} is deleted.`] })
      }),
    )
}

function addresses({ issuer }: CommandContext, project: Project) {
  return {
    codeGenerationUrl: `${issuer}/jwt/generateCode`,
    callbackUrl: callbackUrl(project),
    tokenUrl: `${issuer}/oauth/token`,
    issuer,
  }
}

function describe(context: CommandContext, project: Project) {
  const clients = context.registry.clientsOf(project.id)
  const clientOf = (kind: 'login' | 'site') => clients.find(client => client.kind === kind)?.id ?? null
  const { siteHost: _, ...rest } = project
  return {
    ...rest,
    clientId: clientOf('login'),
    siteClientId: clientOf('site'),
    ...addresses(context, project),
  }
}

function shown(context: CommandContext, project: Project) {
  const data = describe(context, project)
  const value = (item: unknown): string => {
    if (item === null) return '-'
    if (typeof item === 'boolean') return item ? 'on' : 'off'
    if (!Array.isArray(item)) return plain(String(item))
    if (item.length === 0) return '-'
    return item.map(each => (typeof each === 'string' ? each : (each.path ?? each.slug))).join(', ')
  }
  const rows = Object.entries(data).map(([key, item]) => [
    key,
    key.endsWith('At') ? moment(item as number) : value(item),
  ])
  return { data, lines: table(rows) }
}
