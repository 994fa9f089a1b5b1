import type { Command } from 'commander'
import { createGroup } from '../projects/reader-groups.ts'
import { withContext } from './command-context.ts'
import { plain, print, table } from './output.ts'

export function groupCommands(program: Command): void {
  const group = program.command('group').description('reader groups: what gates content')

  group
    .command('create')
    .description('make a reader group')
    .requiredOption('--project <slug>')
    .requiredOption('--slug <slug>', 'what login endpoints and front matter call it')
    .option('--name <name>', 'what people call it; the slug without it')
    .action((options: { project: string; slug: string; name?: string }, command: Command) =>
      withContext(async context => {
        const made = await createGroup(context, context.actor, {
          slug: options.project,
          groupSlug: options.slug,
          name: options.name ?? options.slug,
        })
        print(command, { data: made, lines: [`Group ${made.slug} is made; its ID is ${made.id}.`] })
      }),
    )

  group
    .command('list')
    .description('list the reader groups of a project')
    .requiredOption('--project <slug>')
    .action((options: { project: string }, command: Command) =>
      withContext(async context => {
        const { groups } = context.project(options.project)
        const rows = groups.map(each => [each.slug, plain(each.name), each.id])
        print(command, {
          data: groups,
          lines: groups.length === 0 ? ['No groups yet.'] : table([['SLUG', 'NAME', 'ID'], ...rows]),
        })
      }),
    )
}
