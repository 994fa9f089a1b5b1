import type { Command } from 'commander'
import { type AttemptStep, findAttempt, listSteps } from '../audit/attempts.ts'
import { describeReason } from '../audit/reasons.ts'
import { AppError } from '../errors.ts'
import { withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { readCount } from './read-options.ts'

export function attemptCommands(program: Command): void {
  program
    .command('attempts')
    .description('sign-ins step by step: what passed, what failed, why, and what to do')
    .option('--trace <id>', 'one sign-in by the trace ID that an error page or an answer shows')
    .option('--project <slug>', 'of one project')
    .option('--failed', 'failed steps only')
    .option('--limit <number>', 'how many steps', readCount, 50)
    .action(
      (options: { trace?: string; project?: string; failed?: boolean; limit: number }, command: Command) =>
        withContext(async ({ database, registry, project }) => {
          const steps =
            options.trace !== undefined
              ? await findAttempt(database.read, options.trace)
              : await listSteps(database.read, {
                  ...(options.project !== undefined && { projectId: project(options.project).id }),
                  failedOnly: options.failed === true,
                  limit: options.limit,
                })
          if (options.trace !== undefined && steps.length === 0) {
            throw new AppError('not_found', `No step of a sign-in has the trace ID ${plain(options.trace)}.`)
          }
          const slugOf = (id: string | null) => (id && registry.projectById(id)?.slug) || null
          print(command, {
            data: steps.map(step => ({
              ...step,
              project: slugOf(step.projectId),
              ...(step.reason && {
                sentence: describeReason(step.reason)?.sentence,
                fix: describeReason(step.reason)?.fix,
              }),
            })),
            lines:
              options.trace === undefined
                ? summary(steps, slugOf)
                : steps.flatMap(step => timeline(step, slugOf)),
          })
        }),
    )
}

function summary(steps: readonly AttemptStep[], slugOf: (id: string | null) => string | null): string[] {
  if (steps.length === 0) return ['No sign-ins yet.']
  const rows = steps.map(step => [
    ...[moment(step.at), step.traceId, slugOf(step.projectId) ?? '-', step.step, step.outcome],
    ...[plain(step.reader ?? '-'), step.reason ?? '-'],
  ])
  return table([['WHEN', 'TRACE', 'PROJECT', 'STEP', 'OUTCOME', 'READER', 'REASON'], ...rows])
}

function timeline(step: AttemptStep, slugOf: (id: string | null) => string | null): string[] {
  const reason = step.reason === null ? undefined : describeReason(step.reason)
  const facts = Object.entries(step.detail).map(([key, value]) => `${key}: ${plain(JSON.stringify(value))}`)
  return [
    `${moment(step.at)}  ${step.step} ${step.outcome}${step.reason ? ` (${step.reason})` : ''}`,
    `    project ${slugOf(step.projectId) ?? '-'}, reader ${plain(step.reader ?? '-')}, from ${step.address ?? '-'}`,
    ...facts.map(fact => `    ${fact}`),
    ...(reason ? [`    why: ${reason.sentence}`, `    fix: ${reason.fix}`] : []),
  ]
}
