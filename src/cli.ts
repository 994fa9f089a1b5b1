// The command line: the same rules as behind HTTP, on the same database, while a server runs or not.
import { Command, CommanderError } from 'commander'
import { aatCommands } from './cli/aat-commands.ts'
import { accountCommands } from './cli/account-commands.ts'
import { administratorCommands } from './cli/administrator-commands.ts'
import { apiKeyCommands } from './cli/api-key-commands.ts'
import { applyCommand } from './cli/apply-command.ts'
import { attemptCommands } from './cli/attempt-commands.ts'
import { auditCommands } from './cli/audit-commands.ts'
import { benchCommand } from './cli/bench-command.ts'
import { clientCommands } from './cli/client-commands.ts'
import { dbCommands } from './cli/db-commands.ts'
import { exportCommand } from './cli/export-command.ts'
import { groupCommands } from './cli/group-commands.ts'
import { keyCommands } from './cli/key-commands.ts'
import { memberCommands } from './cli/member-commands.ts'
import { noticeCommands } from './cli/notice-commands.ts'
import { plain } from './cli/output.ts'
import { projectCommands } from './cli/project-commands.ts'
import { providerCommands } from './cli/provider-commands.ts'
import { readerCommands } from './cli/reader-commands.ts'
import { secretCommands } from './cli/secret-commands.ts'
import { serveCommand } from './cli/serve-command.ts'
import { sessionCommands } from './cli/session-commands.ts'
import { tryingCommands } from './cli/trying-commands.ts'
import { ConfigError } from './config.ts'
import { AppError, type FieldProblem } from './errors.ts'
import { productVersion } from './platform/version.ts'

/** All commands with their options, ready to parse. */
export function buildProgram(): Command {
  const program = new Command('gatepass')
    .description('Single sign-on for knowledge bases, from the login page that you already have.')
    .version(productVersion())
  serveCommand(program)
  projectCommands(program)
  clientCommands(program)
  secretCommands(program)
  aatCommands(program)
  groupCommands(program)
  providerCommands(program)
  readerCommands(program)
  memberCommands(accountCommands(program))
  sessionCommands(program)
  noticeCommands(program)
  attemptCommands(program)
  auditCommands(program)
  tryingCommands(program)
  applyCommand(program)
  exportCommand(program)
  keyCommands(program)
  administratorCommands(program)
  apiKeyCommands(program)
  dbCommands(program)
  benchCommand(program)
  finish(program)
  return program
}

/** Runs one command; sets the exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  try {
    await buildProgram().parseAsync(argv)
  } catch (error) {
    process.exitCode = tell(error, argv.includes('--json'))
  }
}

/** Every command takes --json, and throws instead of ending the process and saying why in its own way. */
function finish(command: Command): void {
  command.exitOverride().configureOutput({ outputError() {} })
  if (command.commands.length === 0) command.option('--json', 'print JSON')
  for (const inner of command.commands) finish(inner)
}

function tell(error: unknown, json: boolean): number {
  const { code, sentence, fields, exitCode } = toTold(error)
  if (sentence === undefined) return exitCode
  const answer = { error: code, error_description: sentence, ...(fields && { errors: fields }) }
  const lines = [`gatepass: ${plain(sentence)}`, ...(fields ?? []).flatMap(toLine)]
  process.stderr.write(json ? `${JSON.stringify(answer)}\n` : `${lines.join('\n')}\n`)
  return exitCode
}

/** A problem of a file as editors and terminals know it, `acme.yaml:12:5 ...`; of other input the sentence says it all. */
function toLine({ field, problem, place }: FieldProblem): string | [] {
  if (!place) return []
  const at = [place.file ?? '', place.line, place.column].join(':')
  return plain([at, field, problem].filter(part => part !== '').join(' '))
}

interface Told {
  readonly code: string
  /** Undefined where the parser has said it all: help, a version. */
  readonly sentence: string | undefined
  readonly fields?: readonly FieldProblem[] | undefined
  readonly exitCode: 0 | 1 | 2
}

function toTold(error: unknown): Told {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return { code: error.code, sentence: undefined, exitCode: 0 }
    const sentence = error.message.replace(/^error: /, '').replace(/\s*\n\s*/g, ' ')
    return {
      code: 'invalid_usage',
      sentence: error.code === 'commander.help' ? undefined : sentence,
      exitCode: 2,
    }
  }
  if (error instanceof AppError) {
    return { code: error.code, sentence: error.message, fields: error.fields, exitCode: 1 }
  }
  const sentence = error instanceof Error ? error.message : String(error)
  return {
    code: error instanceof ConfigError ? 'invalid_configuration' : 'server_error',
    sentence,
    exitCode: 1,
  }
}
