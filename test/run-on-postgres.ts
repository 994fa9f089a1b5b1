// npm run test:postgres: the suites that touch the database, on a PostgreSQL server that this starts and stops.
//   npm run test:postgres -- test/codes/code-store.test.ts   these files alone
// GATEPASS_TEST_DATABASE=postgres://user:password@host:port takes a server that runs already; the user makes databases.
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { posix } from 'node:path'
import { prepareTemplate, startPostgres } from './postgres.ts'

const folders = [
  ...[
    'administrators',
    'accounts',
    'api',
    'attention',
    'audit',
    'central',
    'codes',
    'configuration',
    'console',
    'db',
    'flows',
    'http',
    'keys',
  ],
  ...['oidc', 'passwords', 'projects', 'readers', 'sessions', 'site', 'tokens', 'upstream'],
]

/** Not of the database, or of SQLite's file alone: they run in `npm test`. */
const elsewhere = [
  'accounts/same-work',
  'administrators/same-work',
  'api/docs-page',
  'api/openapi',
  'console/installation',
  'console/snippets',
  'console/snippets-page',
  'db/copy',
  'db/migrate',
  'db/postgres',
  'db/settings-version',
  'db/storage-failures',
  'db/write-queue',
  'flows/secrets-nowhere',
  'flows/sign-off',
  'keys/key-commands',
  'keys/one-new-key',
  'keys/server-rotates',
  'keys/upgrade',
  'keys/wrap',
  'site/content-folder',
  'site/languages',
]

const given = process.argv.slice(2)
const files = given.length > 0 ? given : folders.flatMap(filesOf)

const running = process.env.GATEPASS_TEST_DATABASE
const server = running === undefined ? await startPostgres() : undefined
const url = running ?? server!.url
let exitCode = 1
try {
  await prepareTemplate(url)
  exitCode = await runTap(files, url)
} finally {
  await server?.stop()
}
process.exit(exitCode)

function filesOf(folder: string): string[] {
  return readdirSync(`test/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.test.ts'))
    .filter(file => !elsewhere.includes(posix.join(folder, file.replace('.test.ts', ''))))
    .map(file => `test/${folder}/${file}`)
}

async function runTap(files: readonly string[], url: string): Promise<number> {
  const tap = spawn('npm', ['exec', '--', 'tap', '--disable-coverage', ...files], {
    stdio: 'inherit',
    env: { ...process.env, GATEPASS_TEST_DATABASE: url },
  })
  // Whoever stops this stops what it started, and then the server.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tap.kill(signal))
  return await new Promise(ended => tap.on('exit', code => ended(code ?? 1)))
}
