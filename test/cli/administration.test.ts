// An administrator's day at the command line, with a server running on the same database: what a command changes holds
// from the server's next request on, what it prints is for people or for programs, and all of it is in the audit log.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { listAudit } from '../../src/audit/audit-log.ts'
import { openDatabase } from '../../src/db/database.ts'
import { cookiesSet, openConnection } from '../connection.ts'
import { handoffOf, reader } from '../handoff.ts'
import { observed } from '../start-process.ts'
import { newHome, type Project, runCommand, startServer } from '../start-server.ts'
import { runHere } from './run-here.ts'

const home = newHome()
const server = await startServer({ env: { ...observed, ...home.env } })
const env = { ...home.env, GATEPASS_URL: server.url }
const { send, close } = openConnection(`http://127.0.0.1:${server.port}`)
t.teardown(async () => {
  await close()
  await server.stop()
  home.remove()
})

/** All that commands printed so far, but for those that show a new secret. */
let printed = ''
const secrets: string[] = []

interface Result {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function remember(result: Result): Result {
  const shown = [...`${result.stdout}${result.stderr}`.matchAll(/gps_[\w-]+/g)].map(match => match[0])
  if (shown.length > 0) secrets.push(...shown)
  else printed += result.stdout + result.stderr
  return result
}

/** Changes something, in a process of its own as from a shell. */
const gatepass = async (...args: string[]) => remember(await runCommand(args, { env }))
/** Looks at something. */
const look = async (...args: string[]) => remember(await runHere(t, ...args))
Object.assign(process.env, env)

// biome-ignore lint/suspicious/noExplicitAny: each command prints its own shape, which the test is about
function parse({ code, stdout, stderr }: Result): any {
  if (code !== 0 || stderr !== '') throw new Error(`the command ended with ${code}: ${stderr}`)
  return JSON.parse(stdout)
}

const push = (project: Project, profile: Record<string, unknown> = reader(1)) =>
  send(handoffOf(project).generateCode(profile))

async function signIn(project: Project, profile?: Record<string, unknown>): Promise<string> {
  const { code } = JSON.parse((await push(project, profile)).body)
  const cookies = cookiesSet(await send(handoffOf(project).openSite(code)))
  return `gatepass=${cookies.gatepass}`
}

const isSignedIn = async (project: Project, cookie: string) =>
  (await send(handoffOf(project).siteUserinfo(cookie))).status === 200

const started = Date.now()
let acme: Project

t.test('a project is made, and works on the running server at once', async t => {
  const acmeSettings = [
    '--name',
    'Acme Help',
    '--site-url',
    'http://acme.test',
    '--login-url',
    'http://login.test/',
  ]
  acme = parse(
    await gatepass(
      'project',
      'create',
      '--slug',
      'acme',
      ...acmeSettings,
      '--logout-url',
      'http://login.test/bye',
      '--json',
    ),
  )
  t.match(acme, {
    slug: 'acme',
    clientId: /^login_[0-9a-f]{32}$/,
    clientSecret: /^gps_[\w-]{43}$/,
    siteClientId: /^site_[0-9a-f]{32}$/,
    siteClientSecret: /^gps_[\w-]{43}$/,
    codeGenerationUrl: `${server.url}/jwt/generateCode`,
    callbackUrl: 'http://acme.test/jwt/authorize',
    tokenUrl: `${server.url}/oauth/token`,
    issuer: server.url,
  })
  t.equal((await push(acme)).status, 200)

  const beta = [
    '--slug',
    'beta',
    '--name',
    'Beta',
    '--site-url',
    'http://beta.test',
    '--login-url',
    'http://b.test/',
  ]
  const { code, stdout, stderr } = await gatepass('project', 'create', ...beta)
  t.match({ code, stderr }, { code: 0, stderr: '' })
  t.match(stdout, /^Project beta is made\. Its secrets are shown this once/)
  t.equal([...stdout.matchAll(/ gps_[\w-]{43}$/gm)].length, 2, 'people read the same credentials')

  t.match(parse(await look('project', 'list', '--json')), [
    { slug: 'acme', clientId: acme.clientId },
    { slug: 'beta' },
  ])
  t.match(
    (await look('project', 'list')).stdout,
    /^SLUG +NAME +SITE +JWT\nacme +Acme Help +http:\/\/acme\.test +on\n/,
  )
  t.match((await look('project', 'show', 'acme')).stdout, /^logoutUrl +http:\/\/login\.test\/bye$/m)
})

t.test('what cannot be done is said in one sentence, with exit code 1, and changes nothing', async t => {
  const again = ['--name', 'x', '--site-url', 'http://other.test', '--login-url', 'http://l.test/']
  const cases: [args: string[], error: string, says: RegExp][] = [
    [['project', 'create', '--slug', 'acme', ...again], 'conflict', /acme/],
    [
      ['project', 'create', '--slug', 'A_B', ...again.with(3, 'nowhere')],
      'invalid_request',
      /slug .*; siteUrl /,
    ],
    [['project', 'create', '--slug', 'evil', ...again.with(1, 'a\u001b[2Jb')], 'invalid_request', /name /],
    [['project', 'update', 'acme'], 'invalid_request', /Nothing to change was named/],
    [['project', 'delete', 'acne\u202e'], 'not_found', /There is no project acne.*Projects: acme, beta\./],
    [['secret', 'revoke', '\u001b[2J', '--project', 'acme'], 'not_found', /has no secret/],
    [['group', 'create', '--project', 'acme', '--slug', 'Two Words'], 'invalid_request', /slug/i],
    [['reader', 'block', 'nobody@example.com', '--project', 'acme'], 'not_found', /nobody@example\.com/],
    [
      ['client', 'delete', acme.siteClientId, '--project', 'acme'],
      'conflict',
      /site's own client; it goes with its project/,
    ],
    [['session', 'end', '--project', 'acme'], 'invalid_request', /Name one session by its sid, or a reader/],
    [['attempts', '--reason', 'bad luck'], 'invalid_request', /no reason bad luck/],
    [['audit', 'list', '--project', 'gamma'], 'not_found', /There is no project gamma/],
    [['attempts', '--trace', 'ab\u0007'], 'not_found', /trace ID/],
  ]
  for (const [args, error, says] of cases) {
    const plain = await look(...args)
    const json = await look(...args, '--json')
    t.match(
      plain,
      { code: 1, stdout: '', stderr: /^gatepass: [^\p{Cc}\p{Bidi_Control}]+\n$/u },
      args.join(' '),
    )
    t.match(plain.stderr, says)
    t.match(json, { code: 1, stdout: '' })
    t.match(JSON.parse(json.stderr), { error, error_description: says })
  }
  t.match(parse(await look('project', 'list', '--json')), [{ slug: 'acme' }, { slug: 'beta' }])
})

t.test('branding and token lifetimes are set, and what is taken away is gone', async t => {
  const update = (...args: string[]) => look('project', 'update', 'beta', ...args, '--json')
  const branding = ['--logo-url', 'https://beta.test/logo.svg', '--accent-color', '#FF8800']
  const minutes = [
    '--min-token-validity',
    '10',
    '--default-token-validity',
    '20',
    '--max-token-validity',
    '30',
  ]
  t.match(parse(await update(...branding, ...minutes)), {
    ...{ logoUrl: 'https://beta.test/logo.svg', accentColor: '#ff8800' },
    ...{ minTokenValidity: 10, defaultTokenValidity: 20, maxTokenValidity: 30 },
  })
  t.match(parse(await update('--logo-url', '', '--accent-color', '')), { logoUrl: null, accentColor: null })
  for (const [args, field] of [
    [['--logo-url', 'http://beta.test/logo.svg'], 'logoUrl'],
    [['--accent-color', 'red'], 'accentColor'],
    [['--max-token-validity', '15'], 'defaultTokenValidity'],
    [['--min-token-validity', '4'], 'minTokenValidity'],
  ] as const) {
    const { code, stderr } = await update(...args)
    t.equal(code, 1)
    t.same(JSON.parse(stderr).errors[0].field, field)
  }
})

t.test('a secret is rotated: with grace both work until the moment, then only the new one', async t => {
  const grace = 3
  const label = 'newer\u202e'
  const rotated = parse(
    await gatepass(
      'secret',
      'rotate',
      '--project',
      'acme',
      '--grace',
      `${grace}s`,
      '--label',
      label,
      '--json',
    ),
  )
  const renewed = { ...acme, clientSecret: rotated.clientSecret }
  t.equal(rotated.clientId, acme.clientId)
  const before = [(await push(acme)).status, (await push(renewed)).status]
  if (Date.now() < rotated.oldValidUntil) t.same(before, [200, 200])
  else t.comment('this machine was too slow to look before the moment')

  const list = await look('secret', 'list', '--project', 'acme')
  t.notMatch(list.stdout, /[^\n\P{Cc}]|\p{Bidi_Control}/u, 'a label cannot move the cursor or turn the line')
  t.match(list.stdout, /newer\\u\{202e\}/)
  const controls = await gatepass('secret', 'rotate', '--project', 'acme', '--label', 'x\u001b[2J')
  t.equal(controls.code, 1)
  t.match(controls.stderr, /label must be 1 to 100 characters without control characters/)

  await pause(rotated.oldValidUntil - Date.now())
  t.same([(await push(acme)).status, (await push(renewed)).status], [401, 200])
  acme = renewed

  await t.test('without grace at once', async t => {
    const { clientSecret } = parse(
      await gatepass('secret', 'rotate', '--project', 'acme', '--client', 'site', '--json'),
    )
    const { body } = await push(acme)
    const swap = (project: Project) => send(handoffOf(project).swap(JSON.parse(body).code))
    t.equal((await swap(acme)).status, 401)
    acme = { ...acme, siteClientSecret: clientSecret }
    t.equal((await swap(acme)).status, 200, 'and the refusal did not spend the code')
  })

  await t.test('one is revoked', async t => {
    const made = parse(
      await gatepass('secret', 'rotate', '--project', 'acme', '--grace', '1h', '--label', 'spare', '--json'),
    )
    const listed = parse(await look('secret', 'list', '--project', 'acme', '--client', 'login', '--json'))
    t.same(
      listed.map((each: { active: boolean }) => each.active),
      [false, true, true],
    )
    const { id } = listed.find((each: { label: string }) => each.label === 'spare')
    t.equal((await push({ ...acme, clientSecret: made.clientSecret })).status, 200)
    t.match(
      (await gatepass('secret', 'revoke', id, '--project', 'acme')).stdout,
      `Secret ${id} works no longer.`,
    )
    t.equal((await push({ ...acme, clientSecret: made.clientSecret })).status, 401)
    t.equal((await push(acme)).status, 200)
  })
})

t.test('settings and groups hold from the next request on', async t => {
  const staff = { ...reader(1), readerGroupIds: ['staff'] }
  t.equal((await push(acme, staff)).status, 400)
  const group = parse(
    await gatepass(
      'group',
      'create',
      '--project',
      'acme',
      '--slug',
      'staff',
      '--name',
      'All staff',
      '--json',
    ),
  )
  t.equal((await push(acme, staff)).status, 200)
  t.equal((await push(acme, { ...staff, readerGroupIds: [group.id] })).status, 200)
  t.match((await look('group', 'list', '--project', 'acme')).stdout, /^staff +All staff +[0-9a-f-]{36}$/m)

  const folder = join(home.folder, 'pages')
  mkdirSync(folder)
  writeFileSync(join(folder, 'index.md'), '# Welcome\n')
  const rule = ['--site-folder', folder, '--rule', '/secret/*=staff', '--algorithm', 'EdDSA']
  const updated = parse(await gatepass('project', 'update', 'acme', '--jwt', 'off', ...rule, '--json'))
  t.match(updated, {
    jwtEnabled: false,
    siteFolder: folder,
    pathRules: [{ path: '/secret/*', groups: ['staff'] }],
  })
  t.equal((await push(acme)).status, 403)
  t.match((await gatepass('project', 'update', 'acme', '--jwt', 'on')).stdout, /^jwtEnabled +on$/m)
  t.equal((await push(acme)).status, 200)
})

t.test('readers are blocked, and sessions ended, from the next request on', async t => {
  const [first, second, other] = [await signIn(acme), await signIn(acme), await signIn(acme, reader(2))]
  t.ok(await isSignedIn(acme, first))
  const sessions = parse(
    await look('session', 'list', '--project', 'acme', '--reader', reader(1).emailId, '--json'),
  )
  t.equal(sessions.length, 3, 'these two, and one by a swap')
  const ended = await gatepass('session', 'end', sessions[0].sid, '--project', 'acme')
  t.equal(ended.stdout, `Session ${sessions[0].sid} has ended.\n`)
  t.same(
    [await isSignedIn(acme, first), await isSignedIn(acme, second)],
    [true, false],
    'the newest comes first',
  )

  t.match(parse(await gatepass('reader', 'block', reader(1).emailId, '--project', 'acme', '--json')), {
    blocked: true,
  })
  t.equal((await push(acme)).status, 403)
  t.same([await isSignedIn(acme, first), await isSignedIn(acme, other)], [false, true])
  t.match((await look('reader', 'list', '--project', 'acme')).stdout, /^reader-1@example\.com .* blocked 20/m)
  t.match(
    (await gatepass('reader', 'unblock', reader(1).emailId, '--project', 'acme')).stdout,
    'let in again',
  )
  t.equal((await push(acme)).status, 200)

  await gatepass('session', 'end', '--reader', reader(2).emailId, '--project', 'acme')
  t.notOk(await isSignedIn(acme, other))
  t.match((await look('session', 'list', '--project', 'acme', '--all')).stdout, /^SID +READER/)
  t.equal((await look('session', 'list', '--project', 'beta')).stdout, 'No sessions.\n')
})

t.test('attempts tell what happened, whatever was sent', async t => {
  const evil = { ...reader(1), username: 'x', emailId: 'e\u001b]0;owned\u0007\u202e@example.com' }
  const refused = await push(acme, evil)
  t.equal(refused.status, 400)
  const { trace_id } = JSON.parse(refused.body)
  const one = await look('attempts', '--trace', trace_id)
  t.match(one.stdout, /code failed \(payload_invalid\)[\s\S]*why: [\s\S]*fix: /)
  t.match(parse(await look('attempts', '--project', 'acme', '--failed', '--limit', '1', '--json')), [
    { traceId: trace_id, outcome: 'failed', reason: 'payload_invalid', fix: /./ },
  ])
  const all = await look('attempts')
  const byReason = await look('attempts', '--reason', 'payload_invalid', '--address', '127.0.0.', '--json')
  t.match(parse(byReason)[0], { traceId: trace_id, address: '127.0.0.1', project: 'acme' })
  t.match(parse(await look('attempts', '--reader', 'E\u001b]0', '--json')), [{ traceId: trace_id }])
  t.equal((await look('attempts', '--reader', 'nobody@')).stdout, 'No sign-ins.\n')
  t.match((await look('attempts', '--trace', `x-trace-id: ${trace_id}`)).stdout, /code failed/)
  t.match(all.stdout, trace_id)
  for (const { stdout } of [one, all]) t.notMatch(stdout, /[^\n\P{Cc}]|\p{Bidi_Control}/u)
})

t.test('the audit log tells who changed what, and leaves as CSV', async t => {
  const changes = parse(await look('audit', 'list', '--project', 'acme', '--action', 'secret', '--json'))
  t.ok(changes.length > 2)
  t.match(changes[0], {
    action: /^secret\./,
    actor: { name: /^cli:/ },
    project: 'acme',
    detail: { hint: /^.{4}$/ },
  })
  const list = await look('audit', 'list', '--actor', 'cli:', '--limit', '500')
  t.match(list.stdout, /^WHEN +ACTOR +FROM +PROJECT +ACTION +TARGET +DETAIL\n/)
  t.notMatch(list.stdout, /[^\n\P{Cc}]|\p{Bidi_Control}/u)
  t.equal((await look('audit', 'list', '--to', '2020-01-01')).stdout, 'No changes.\n')
  const csv = await look('audit', 'export', '--project', 'acme', '--from', '2020-01-01T00:00Z')
  t.match(csv.stdout, /^"time","actor","origin","project","action","target","detail"\r\n"2/)
  const all = parse(await look('audit', 'export', '--project', 'acme', '--json'))
  t.equal(csv.stdout.split('\r\n').length, all.length + 2)
})

t.test('a new key is published from the next request on, and a removed one no longer', async t => {
  const kids = async () => {
    const { body } = await send({ path: '/.well-known/jwks.json' })
    return JSON.parse(body).keys.map((key: { kid: string }) => key.kid)
  }
  const before = await kids()
  const { kid, retires } = parse(await gatepass('key', 'rotate', '--json'))
  t.ok(before.includes(retires))
  t.same(new Set(await kids()), new Set([kid, ...before]))
  const listed = parse(await look('key', 'list', '--json'))
  t.equal(listed.find((each: { kid: string }) => each.kid === kid).state, 'waiting')
  t.match(parse(await gatepass('key', 'remove', retires, '--json')), { kid: retires, replacement: kid })
  t.same(await kids(), [kid])
  t.match(
    (await gatepass('key', 'rotate', '--algorithm', 'RS256')).stdout,
    /^Key \S+ is published and signs from now on\.\n$/,
  )
})

t.test('the database tells its version', async t => {
  t.match(parse(await look('db', 'status', '--json')), {
    database: home.database,
    migrations: [{ version: 1 }],
  })
  t.match(parse(await gatepass('db', 'migrate', '--json')), { applied: [] })
  t.match((await look('db', 'status')).stdout, /^VERSION +NAME +APPLIED\n0001 +foundation +20/m)
})

t.test('a deleted project is gone for the next request', async t => {
  t.match((await gatepass('project', 'delete', 'acme')).stdout, 'Project acme is deleted.')
  t.equal((await push(acme)).status, 401)
  t.match(parse(await gatepass('project', 'delete', 'beta', '--json')), { slug: 'beta', deleted: true })
  t.match((await look('project', 'list')).stdout, 'No project yet')
})

t.test('every change is in the audit log: who, when and from where; no secret is anywhere again', async t => {
  const database = openDatabase(home.database)
  const entries = (await listAudit(database.read, 100))
    .filter(entry => entry.actor.name !== 'gatepass')
    .reverse()
  await database.close()
  t.same(
    entries.map(entry => `${entry.action}`),
    [
      ...['project.create', 'project.create'],
      ...['project.update', 'project.update'],
      ...['secret.rotate', 'secret.rotate', 'secret.rotate', 'secret.revoke'],
      ...['group.create', 'project.update', 'project.update'],
      ...['session.end', 'reader.block', 'reader.unblock', 'reader.end-sessions'],
      ...['key.publish', 'key.remove', 'key.create', 'project.delete', 'project.delete'],
    ],
  )
  for (const { actor, at, action } of entries) {
    t.equal(actor.name, `cli:${userInfo().username}`, action)
    t.match(actor.origin, new RegExp(`^${hostname()}:\\d+$`))
    t.ok(at >= started && at <= Date.now())
  }
  t.equal(secrets.length, 7)
  const written = [
    printed,
    server.output(),
    JSON.stringify(entries),
    readFileSync(home.database, 'latin1'),
  ].join('')
  for (const secret of secrets) t.notOk(written.includes(secret.slice(4)))
})
