import type { Command } from 'commander'
import type { AttemptStep } from '../audit/attempts.ts'
import { findSignIn, findSignIns, type SignInFilter } from '../audit/find-sign-ins.ts'
import { describeReason } from '../audit/reasons.ts'
import type { SignIn } from '../audit/sign-in.ts'
import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'
import { readTraceId } from '../platform/trace-id.ts'
import { withContext } from './command-context.ts'
import { moment, plain, print, table } from './output.ts'
import { readCount } from './read-options.ts'

interface Options {
  readonly trace?: string
  readonly project?: string
  readonly reader?: string
  readonly address?: string
  readonly failed?: boolean
  readonly reason?: string
  readonly limit: number
}

type SlugOf = (id: string | null) => string | null

export function attemptCommands(program: Command): void {
  program
    .command('attempts')
    .description('sign-ins: which passed, which failed, why, and what to do')
    .option('--trace <id>', 'the steps of one, by the trace ID that an error page or an answer shows')
    .option('--project <slug>', 'of one project')
    .option('--reader <reader>', 'of readers whose external ID, mostly the e-mail address, begins so')
    .option('--address <address>', 'from an address, or from those that begin so')
    .option('--failed', 'failed ones only')
    .option('--reason <reason>', 'with a step that failed for this reason, such as code_used')
    .option('--limit <number>', 'how many', readCount, 50)
    .action((options: Options, command: Command) =>
      withContext(async ({ database, registry, project }) => {
        const slugOf: SlugOf = id => (id && registry.projectById(id)?.slug) || null
        if (options.trace !== undefined) {
          const { steps } = await findByTrace(database.read, options.trace)
          return print(command, {
            data: steps.map(step => ({ ...step, project: slugOf(step.projectId), ...explain(step.reason) })),
            lines: steps.flatMap(step => timeline(step, slugOf)),
          })
        }
        const { reader, address, reason } = options
        if (reason !== undefined && !describeReason(reason)) {
          throw new AppError('invalid_request', `There is no reason ${reason}; docs/errors.md has them all.`)
        }
        const signIns = await findAll(database.read, options.limit, {
          projects: options.project === undefined ? 'all' : new Set([project(options.project).id]),
          ...(reader !== undefined && { reader: { startsWith: reader } }),
          ...(address !== undefined && { address }),
          ...(options.failed && { outcome: 'failed' }),
          ...(reason !== undefined && { reason }),
        })
        print(command, {
          data: signIns.map(signIn => ({
            ...signIn,
            project: slugOf(signIn.projectId),
            ...explain(signIn.reason),
          })),
          lines: summary(signIns, slugOf),
        })
      }),
    )
}

async function findByTrace(db: Handle, pasted: string) {
  if (readTraceId(pasted) !== undefined) return await findSignIn(db, 'all', pasted)
  throw new AppError('not_found', `No step of a sign-in has the trace ID ${plain(pasted)}.`)
}

/** Nobody waits beside a command, so it searches as far back as it takes. */
async function findAll(db: Handle, limit: number, filter: SignInFilter): Promise<SignIn[]> {
  const found: SignIn[] = []
  let before: string | undefined
  do {
    const page = await findSignIns(db, filter, { before, limit: Math.min(limit - found.length, 500) })
    found.push(...page.signIns)
    before = page.next ?? undefined
  } while (before !== undefined && found.length < limit)
  return found
}

function explain(code: string | null) {
  const reason = code === null ? undefined : describeReason(code)
  return reason && { sentence: reason.sentence, fix: reason.fix }
}

function summary(signIns: readonly SignIn[], slugOf: SlugOf): string[] {
  if (signIns.length === 0) return ['No sign-ins.']
  const rows = signIns.map(each => [
    ...[moment(each.beganAt), each.traceId, slugOf(each.projectId) ?? '-', each.outcome],
    ...[plain(each.reader ?? '-'), each.address ?? '-', each.reason ?? '-'],
  ])
  return table([['BEGAN', 'TRACE', 'PROJECT', 'OUTCOME', 'READER', 'ADDRESS', 'REASON'], ...rows])
}

function timeline(step: AttemptStep, slugOf: SlugOf): string[] {
  const reason = explain(step.reason)
  const facts = Object.entries(step.detail).map(([key, value]) => `${key}: ${plain(JSON.stringify(value))}`)
  return [
    `${moment(step.at)}  ${step.step} ${step.outcome}${step.reason ? ` (${step.reason})` : ''}`,
    `    project ${slugOf(step.projectId) ?? '-'}, reader ${plain(step.reader ?? '-')}, from ${step.address ?? '-'}`,
    ...facts.map(fact => `    ${fact}`),
    ...(reason ? [`    why: ${reason.sentence}`, `    fix: ${reason.fix}`] : []),
  ]
}
