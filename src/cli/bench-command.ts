import { type Command, InvalidArgumentError } from 'commander'
import { openAsk } from '../capacity/ask.ts'
import { isPublic, readTarget, requireGatepass } from '../capacity/check-target.ts'
import { type Drive, drive, type Step } from '../capacity/drive.ts'
import { signInOf } from '../capacity/sign-in.ts'
import { makeByApi, makeInDatabase, type TestProject } from '../capacity/test-project.ts'
import { verdictOf } from '../capacity/verdict.ts'
import { processEnvironment } from '../config.ts'
import { AppError } from '../errors.ts'
import { withContext } from './command-context.ts'
import { print, table } from './output.ts'
import { showProgress } from './show-progress.ts'

/** Sign-ins; each leaves rows that wait for the purge. */
const MOST = 200_000

interface Options {
  readonly url?: string
  readonly apiKey?: string
  readonly seconds: number
  readonly connections: number
  readonly yes?: boolean
}

export function benchCommand(program: Command): void {
  program
    .command('bench')
    .description(
      'how many sign-ins a running installation can do; in a project of its own, deleted at the end',
    )
    .option('--url <url>', 'the address of the identity server; without it, GATEPASS_URL')
    .option(
      '--api-key <key>',
      'makes the project; without it, GATEPASS_API_KEY, or the database of this machine',
    )
    .option('--seconds <number>', 'how long, 1 to 300', upTo(300), 10)
    .option('--connections <number>', 'how many people at once, 1 to 256', upTo(256), 16)
    .option('--yes', 'also where the address is a public one')
    .action(async (options: Options, command: Command) => {
      const key = options.apiKey ?? processEnvironment().GATEPASS_API_KEY
      if (key !== undefined && options.url !== undefined) {
        const origin = readTarget(options.url)
        return await measure(command, options, origin, ask => makeByApi(ask, key))
      }
      await withContext(async context => {
        const origin = readTarget(options.url ?? context.issuer)
        await measure(command, options, origin, ask =>
          key === undefined ? makeInDatabase(context, context.actor) : makeByApi(ask, key),
        )
      })
    })
}

type Make = (ask: ReturnType<typeof openAsk>['ask']) => Promise<TestProject>

async function measure(command: Command, options: Options, origin: string, make: Make): Promise<void> {
  if (!options.yes && (await isPublic(origin))) {
    const sentence = `${origin} is a public address. If the installation is yours and may have the load, add --yes.`
    throw new AppError('invalid_request', sentence)
  }
  const { ask, close } = openAsk(origin, options.connections)
  const stopped = new AbortController()
  const stop = () => stopped.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  try {
    await requireGatepass(ask, origin)
    const project = await make(ask)
    try {
      const journey = signInOf(ask, project)
      await firstOf(journey, origin)
      const progress = showProgress(process.stderr, options.seconds)
      const bounds = { ...options, most: MOST, signal: stopped.signal }
      const result = await drive(journey, bounds, progress.tell)
      progress.end()
      tell(command, origin, options, result, stopped.signal.aborted)
    } finally {
      await project.remove().catch(() => {
        process.stderr.write(
          `gatepass: The project ${project.slug} could not be deleted; delete it yourself.\n`,
        )
        process.exitCode = 1
      })
    }
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop)
    close()
  }
}

/** Whatever is wrong with all of them is told before it is told a thousand times. */
async function firstOf(journey: ReturnType<typeof signInOf>, origin: string): Promise<void> {
  try {
    await journey(0, (_, work) => work())
  } catch (error) {
    if (!/ 401 invalid_client/.test((error as Error).message)) throw error
    const sentence = `${origin} does not know the project that was made for it: it has another database than this machine's. Give an API key of its own.`
    throw new AppError('invalid_request', sentence)
  }
}

const names: Readonly<Record<Step, string>> = {
  code: 'code generation',
  swap: 'swap',
  session: 'session check',
  whole: 'all three',
}

function tell(command: Command, url: string, options: Options, result: Drive, stoppedEarly: boolean): void {
  const verdict = verdictOf(result)
  const rows = Object.entries(names).map(([step, name]) => {
    const { p50, p95, p99 } = result.latencies[step as Step]
    return [name, ...[p50, p95, p99].map(ms => (ms === null ? '-' : ms.toFixed(1)))]
  })
  const took = `${result.handoffs} sign-ins in ${result.seconds.toFixed(1)} s over ${options.connections} connections`
  print(command, {
    data: { url, connections: options.connections, ...result, stoppedEarly, verdict },
    lines: [
      `${took}: ${result.perSecond.toFixed(1)} a second${stoppedEarly ? ' (stopped early)' : ''}`,
      '',
      ...table([['milliseconds', 'p50', 'p95', 'p99'], ...rows]),
      '',
      ...result.problems.map(({ sentence, times }) => `${times} x ${sentence}`),
      verdict,
    ],
  })
  if (result.handoffs === 0 || result.failures > 0) process.exitCode = 1
}

function upTo(most: number) {
  return (text: string): number => {
    if (!/^[1-9]\d{0,3}$/.test(text) || Number(text) > most) {
      throw new InvalidArgumentError(`Write a whole number from 1 to ${most}.`)
    }
    return Number(text)
  }
}
