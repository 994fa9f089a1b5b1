import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { type PushTrial, tryPush } from '../codes/try-push.ts'
import { AppError } from '../errors.ts'
import { parseJson } from '../http/parse-body.ts'
import { createOutboundFetch } from '../platform/outbound-fetch.ts'
import { checkLoginUrl } from '../projects/login-url/check-login-url.ts'
import type { LoginCheck } from '../projects/login-url/finding.ts'
import { createContentFolders } from '../site/content-folders.ts'
import { type PagesForReader, pagesForReader } from '../site/pages-for-reader.ts'
import { withContext } from './command-context.ts'
import { plain, print, table } from './output.ts'

/** As code generation takes it over HTTP. */
const MOST_BYTES = 64 * 1024

export function tryingCommands(program: Command): void {
  program
    .command('try')
    .description('try things out: nothing is stored')
    .command('push')
    .description('what would come of a push: problems, warnings, the claims and the pages of its reader')
    .requiredOption('--project <slug>')
    .requiredOption('--payload <file>', 'the JSON that a login endpoint sends; - reads standard input')
    .action((options: { project: string; payload: string }, command: Command) =>
      withContext(async context => {
        const project = context.project(options.project)
        const trial = await tryPush(context, project, readPayload(options.payload))
        const groups = trial.outcome?.groups.map(group => group.slug)
        const pages = groups && (await pagesForReader(createContentFolders(), project, groups))
        print(command, { data: { ...trial, pages: pages ?? null }, lines: describeTrial(trial, pages) })
        if (trial.problems.length > 0) process.exitCode = 1
      }),
    )

  program
    .command('check')
    .description('look at what is around Gatepass')
    .command('login')
    .description('visit the login URL as a browser without a session, and say what is there')
    .requiredOption('--project <slug>')
    .action((options: { project: string }, command: Command) =>
      withContext(async context => {
        const { production } = context.config
        const fetch = createOutboundFetch(context.config)
        const check = await checkLoginUrl({ ...context, production, fetch }, context.project(options.project))
        print(command, { data: check, lines: describeCheck(check) })
        if (check.verdict === 'problem') process.exitCode = 1
      }),
    )
}

function readPayload(file: string): unknown {
  const bytes = readBytes(file)
  if (bytes.length > MOST_BYTES) throw new AppError('payload_too_large', 'The payload is larger than 64 KiB.')
  return parseJson(bytes)
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file)
  } catch (cause) {
    throw new AppError('not_found', `The payload cannot be read: ${(cause as Error).message}.`, { cause })
  }
}

function describeTrial({ problems, warnings, outcome }: PushTrial, pages?: PagesForReader): string[] {
  const found = [
    ...problems.flatMap(({ field, problem, fix }) => [
      plain(`problem  ${field === null ? '' : `${field} `}${problem}`),
      `         ${fix}`,
    ]),
    ...warnings.map(warning => plain(`warning  ${warning}`)),
  ]
  if (!outcome) return found
  const { profile, tokenValidity, groups, reader, landing, atCallback, idToken } = outcome
  const changes = reader.changes.map(({ field, from, to }) => `${field} from "${from}" to "${to}"`)
  const rows = [
    ['reader', `${profile.externalId}${reader.id === null ? ', who is new' : ''}`],
    ['changes', changes.join(', ') || '-'],
    ['groups', groups.map(group => group.slug).join(', ') || '-'],
    ['session', `${tokenValidity} minutes`],
    ['lands on', landing],
    ['callback', `${atCallback}, in a browser that did not begin at the site`],
    ['could open', pages?.served ? `${pages.open.length} pages, ${pages.closed.length} stay shut` : '-'],
    ['ID token', JSON.stringify(idToken.claims)],
  ]
  return [...found, ...table(rows.map(row => row.map(plain)))]
}

function describeCheck({ findings, visited }: LoginCheck): string[] {
  return [
    ...findings.flatMap(({ level, sentence, fix }) => [
      plain(`${level.padEnd(7)}  ${sentence}`),
      ...(fix === undefined ? [] : [plain(`         ${fix}`)]),
    ]),
    '',
    ...visited.map(({ url, status }) => plain(`${status ?? '---'}  ${url}`)),
  ]
}
