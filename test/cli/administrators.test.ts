// Administrators and API keys at the command line: a first owner, one who forgot, one who left, and a program's key.
import t from 'tap'
import { acceptLink } from '../../src/administrators/accept-link.ts'
import { administratorGuesses } from '../../src/administrators/administrator-guesses.ts'
import { authenticateApiKey } from '../../src/administrators/authenticate-api-key.ts'
import { listAudit } from '../../src/audit/audit-log.ts'
import { openDatabase } from '../../src/db/database.ts'
import { migrate } from '../../src/db/migrate.ts'
import { takeGuess } from '../../src/passwords/guess-limits.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { newHome } from '../start-server.ts'
import { runHere } from './run-here.ts'

const home = newHome()
Object.assign(process.env, home.env, { GATEPASS_URL: 'https://id.example.com' })
const database = openDatabase(home.database)
await migrate(database, systemClock.now())
t.teardown(async () => {
  await database.close()
  home.remove()
})
const deps = { database, clock: systemClock }
const from = { address: '192.0.2.1', userAgent: 'test' }

const gatepass = (...words: string[]) => runHere(t, ...words)
// biome-ignore lint/suspicious/noExplicitAny: each command prints its own shape, which the test is about
async function json(...words: string[]): Promise<any> {
  const { code, stdout, stderr } = await gatepass(...words, '--json')
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

function take(url: string, password: string, more: { email?: string; name?: string } = {}) {
  const token = new URL(url).searchParams.get('token')!
  return acceptLink(deps, { token, password, repeated: password, ...more }, from)
}

t.test('works', async t => {
  await t.test('a link makes the first owner', async t => {
    t.match((await gatepass('admin', 'list')).stdout, /^No administrator yet\..*gatepass admin link\n$/)
    const { stdout, code } = await gatepass('admin', 'link')
    t.equal(code, 0)
    t.match(stdout, /^https:\/\/id\.example\.com\/console\/welcome\?token=[\w-]{43}\n\n/)
    t.match(stdout, /Whoever opens it becomes an owner\. It works once, until 20\S+ \S+Z\.\n$/)
    const ada = { email: 'ada@example.com', name: 'Ada Lovelace' }
    t.ok(await take(stdout.split('\n')[0]!, 'seven wet otters', ada))
    t.match(await json('admin', 'list'), [
      {
        email: 'ada@example.com',
        role: 'owner',
        projects: null,
        active: true,
        hasTotp: false,
        disabledAt: null,
      },
    ])
    t.match(
      (await gatepass('admin', 'list')).stdout,
      /^ada@example\.com +Ada Lovelace +owner +all +active +off +20/m,
    )
  })

  await t.test(
    'a link for one who forgot the password and lost the phone forgives wrong guesses too',
    async t => {
      const { id } = (await json('admin', 'list'))[0]
      await database.write(tx =>
        tx
          .updateTable('administrators')
          .set({ wrapped_totp_secret: Buffer.alloc(48) })
          .where('id', '=', id)
          .execute(),
      )
      const guess = {
        of: administratorGuesses,
        account: 'ada@example.com',
        address: '198.51.100.1',
        at: 'password',
      } as const
      for (let index = 0; index < 10; index++) await takeGuess(database, guess, systemClock.now())
      await t.rejects(takeGuess(database, guess, systemClock.now()), { code: 'slow_down' })

      const { url, email, expiresAt } = await json(
        'admin',
        'link',
        '--email',
        ' ADA@example.com',
        '--reset-totp',
      )
      t.equal(email, 'ada@example.com')
      t.ok(Math.abs(expiresAt - Date.now() - 3_600_000) < 60_000)
      await takeGuess(database, guess, systemClock.now())
      t.ok(await take(url, 'nine dry badgers'), 'and signs in: no second factor is left')
      t.match(
        (await gatepass('admin', 'link', '--email', 'ada@example.com')).stdout,
        'For ada@example.com to set',
      )
    },
  )

  await t.test('one who left is disabled, and enabled again', async t => {
    const { url } = await json('admin', 'link')
    await take(url, 'seven wet otters', { email: 'bob@example.com', name: 'Bob' })
    t.match(await json('admin', 'disable', '--email', 'bob@example.com'), {
      disabled: true,
      email: 'bob@example.com',
    })
    t.match((await gatepass('admin', 'list')).stdout, /^bob@example\.com .* disabled /m)
    t.match(await gatepass('admin', 'link', '--email', 'bob@example.com'), {
      code: 1,
      stderr: /Enable them first/,
    })
    t.match(
      (await gatepass('admin', 'enable', '--email', 'bob@example.com')).stdout,
      'bob@example.com is let in again.',
    )
  })

  await t.test('an API key is made, listed and revoked', async t => {
    const site = ['--site-url', 'http://acme.test', '--login-url', 'http://login.test/']
    const { id } = await json('project', 'create', '--slug', 'acme', '--name', 'Acme', ...site)
    const made = await json(
      ...['api-key', 'create', '--name', 'ci', '--scope', 'projects:read', '--scope', 'readers:write'],
      ...['--project', 'acme', '--expires', '90d'],
    )
    t.match(made, { id: String, key: /^gpk_[\w-]{43}$/ })
    const principal = await authenticateApiKey(deps, made.key, '::1')
    t.same(
      [[...principal.scopes].sort(), principal.projects],
      [['projects:read', 'readers:write'], new Set([id])],
    )
    const plain = await gatepass('api-key', 'create', '--name', 'all', '--scope', 'audit:read', 'keys:read')
    t.match(plain.stdout, /^API key +gpk_[\w-]{43}\nID +\S{36}\n\nShown this once\.\n$/)
    t.match(await json('api-key', 'list'), [
      { name: 'all', projects: null, scopes: ['keys:read', 'audit:read'], live: true, expiresAt: null },
      { name: 'ci', projects: ['acme'], live: true, lastUsedAt: Number },
    ])
    t.match((await gatepass('api-key', 'revoke', made.id)).stdout, `API key ${made.id} works no longer.`)
    await t.rejects(authenticateApiKey(deps, made.key, '::1'), { code: 'invalid_token' })
    const listed = (await gatepass('api-key', 'list')).stdout
    t.match(listed, /^\S+ +ci +\.\.\.\S{4} +over +acme /m)
    t.notOk(listed.includes(made.key))
  })
})

t.test('refuses', async t => {
  const mistakes: [words: string[], code: number, says: RegExp][] = [
    [['admin', 'link', '--reset-totp'], 2, /'--reset-totp' needs '--email <email>'/],
    [
      ['admin', 'link', '--email', 'x@example.com\u001b[2J'],
      1,
      /There is no administrator x@example\.com\\u\{1b\}/,
    ],
    [['admin', 'disable', '--email', ''], 1, /There is no administrator/],
    [['api-key', 'create', '--name', 'x', '--scope', 'everything'], 1, /scopes has unknown ones: everything/],
    [['api-key', 'create', '--name', 'x', '--scope', 'audit:read', '--project', 'nowhere'], 1, /nowhere/],
    [['api-key', 'create', '--name', 'x'], 2, /required option '--scope/],
    [['api-key', 'create', '--name', 'x', '--scope', 'audit:read', '--expires', '0'], 1, /expires must be/],
    [['api-key', 'revoke', 'nothing'], 1, /There is no API key nothing/],
  ]
  for (const [words, code, says] of mistakes) {
    t.match(await gatepass(...words), { code, stdout: '', stderr: says }, words.join(' '))
  }
  await gatepass('admin', 'disable', '--email', 'bob@example.com')
  t.match(await gatepass('admin', 'disable', '--email', 'ada@example.com'), {
    code: 1,
    stderr: /Somebody must be left/,
  })
})

t.test('all of it is in the audit log, and no link or key', async t => {
  const entries = await listAudit(database.read, 100)
  for (const action of ['owner-link', 'link', 'reset-totp', 'update', 'create', 'set-password']) {
    t.ok(
      entries.some(entry => entry.action === `administrator.${action}`),
      action,
    )
  }
  t.ok(entries.some(({ action, actor }) => action === 'api-key.create' && actor.name.startsWith('cli:')))
  t.notMatch(JSON.stringify(entries), /gpk_|token=/)
})
