import type { Command } from 'commander'
import { exportAuditEntries } from '../audit/export-audit-entries.ts'
import {
  type AuditFilter,
  findAuditEntries,
  type ListedAuditEntry,
  walkAuditEntries,
} from '../audit/find-audit-entries.ts'
import { type CommandContext, withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { readCount, readMoment } from './read-options.ts'

interface Options {
  readonly project?: string
  readonly actor?: string
  readonly action?: string
  readonly from?: number
  readonly to?: number
}

export function auditCommands(program: Command): void {
  const audit = program.command('audit').description('the audit log: who changed what, when and from where')

  filtered(audit.command('list').description('list the newest changes'))
    .option('--limit <number>', 'how many', readCount, 50)
    .action((options: Options & { limit: number }, command: Command) =>
      withContext(async context => {
        const slugOf = nameProjects(context)
        const { limit } = options
        const { entries } = await findAuditEntries(context.database.read, toFilter(context, options), {
          limit,
        })
        print(command, {
          data: withSlugs(entries, slugOf),
          lines: entries.length === 0 ? ['No changes.'] : summary(entries, slugOf),
        })
      }),
    )

  filtered(
    audit.command('export').description('write all changes to the standard output, as CSV or as JSON'),
  ).action((options: Options, command: Command) =>
    withContext(async context => {
      const filter = toFilter(context, options)
      const { read } = context.database
      const slugOf = nameProjects(context)
      if (command.optsWithGlobals().json !== true) {
        for await (const lines of exportAuditEntries(read, filter, slugOf)) process.stdout.write(lines)
        return
      }
      const all: ListedAuditEntry[] = []
      for await (const entries of walkAuditEntries(read, filter)) all.push(...entries)
      print(command, { data: withSlugs(all, slugOf), lines: [] })
    }),
  )
}

function filtered(command: Command): Command {
  return command
    .option('--project <slug>', 'of one project')
    .option('--actor <name>', 'by actors whose name begins so, such as cli: or admin:ada@example.com')
    .option('--action <action>', 'one action, such as secret.rotate, or all of a kind, such as secret')
    .option('--from <time>', 'at this time or later, such as 2026-11-22 or 2026-11-22T09:00Z', readMoment)
    .option('--to <time>', 'before this time', readMoment)
}

function toFilter(context: CommandContext, { project, ...filter }: Options): AuditFilter {
  const { actor, action, from, to } = filter
  return {
    projects: project === undefined ? 'all' : new Set([context.project(project).id]),
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  }
}

/** A deleted project is called by its ID. */
function nameProjects({ registry }: CommandContext): (id: string) => string {
  return id => registry.projectById(id)?.slug ?? id
}

function withSlugs(entries: readonly ListedAuditEntry[], slugOf: (id: string) => string) {
  return entries.map(entry => ({ ...entry, project: entry.projectId && slugOf(entry.projectId) }))
}

function summary(entries: readonly ListedAuditEntry[], slugOf: (id: string) => string): string[] {
  const rows = entries.map(({ at, actor, projectId, action, target, detail }) => [
    ...[moment(at), plain(actor.name), plain(actor.origin), projectId === null ? '-' : slugOf(projectId)],
    ...[action, plain(target), plain(JSON.stringify(detail))],
  ])
  return table([['WHEN', 'ACTOR', 'FROM', 'PROJECT', 'ACTION', 'TARGET', 'DETAIL'], ...rows])
}
