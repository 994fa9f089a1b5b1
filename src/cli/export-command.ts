import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { currentConfiguration } from '../configuration/configuration.ts'
import { exportProjects, writeConfiguration } from '../configuration/export-configuration.ts'
import { AppError } from '../errors.ts'
import { withContext } from './command-context.ts'
import { print } from './output.ts'

export function exportCommand(program: Command): void {
  program
    .command('export')
    .description('print projects, groups and clients as YAML for: gatepass apply; without secrets')
    .option('--project <slug>', 'this project alone')
    .option('--output <file>', 'write them to a file')
    .action((options: { project?: string; output?: string }, command: Command) =>
      withContext(async context => {
        const slug = options.project && context.project(options.project).slug
        const current = await currentConfiguration(context.database.read)
        const wanted = current.filter(({ project }) => slug === undefined || project.slug === slug)
        const { output } = options
        const projects = exportProjects(wanted, output && resolve(output))
        const text = writeConfiguration(projects)
        if (output === undefined) {
          print(command, { data: { projects }, lines: [text.trimEnd()] })
          return
        }
        write(output, text)
        const count = projects.length === 1 ? '1 project' : `${projects.length} projects`
        print(command, { data: { output, projects: projects.length }, lines: [`${count} in ${output}.`] })
      }),
    )
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (cause) {
    throw new AppError('invalid_request', `${file} cannot be written: ${(cause as Error).message}`, { cause })
  }
}
