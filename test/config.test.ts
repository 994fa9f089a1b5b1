import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import t, { type Test } from 'tap'
import { ConfigError, processEnvironment, readConfig, shownConfig } from '../src/config.ts'

const secret = 'a secret of thirty-two characters'
const elsewhere = { GATEPASS_SECRET: secret }

function newFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-config-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What the start says about these variables, which it refuses. */
function refusal(env: Record<string, string>): string {
  try {
    readConfig({ ...elsewhere, ...env })
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'was taken'
}

t.test('works', async t => {
  await t.test('with nothing set, for somebody who tries it out', async t => {
    t.match(readConfig(elsewhere), {
      production: false,
      port: 3000,
      host: 'localhost',
      issuer: 'http://localhost:3000',
      databaseUrl: resolve('data/gatepass.db'),
      databasePool: 10,
      trustProxy: false,
      logLevel: 'warn',
      demo: true,
      attemptDays: 30,
      keyRotationDays: 90,
      allowPrivateNetworks: true,
    })
    t.equal(readConfig({ ...elsewhere, PORT: '8080' }).issuer, 'http://localhost:8080')
  })

  await t.test('in production, where it listens to the network, logs, and shows no demo', async t => {
    const production = { ...elsewhere, NODE_ENV: 'production' }
    t.match(readConfig(production), { production: true, host: '0.0.0.0', logLevel: 'info', demo: false })
    t.equal(readConfig(production).accountApi, undefined, 'and lets nobody register')
    t.equal(readConfig(production).allowPrivateNetworks, false, 'and tells no site in its own network')
    t.equal(readConfig({ ...production, GATEPASS_DEMO: 'on' }).demo, false)
  })

  await t.test('with every variable set', async t => {
    const config = readConfig({
      NODE_ENV: 'test',
      PORT: '65535',
      HOST: '::1',
      GATEPASS_URL: ' https://ID.example.com:443/ ',
      DATABASE_URL: '/var/lib/gatepass/gate pass.db',
      DATABASE_POOL: '25',
      GATEPASS_SECRET: secret,
      TRUST_PROXY: 'loopback, 10.0.0.0/8,fd00::/8,192.0.2.1',
      LOG_LEVEL: 'silent',
      GATEPASS_DEMO: 'off',
      ATTEMPT_DAYS: '7',
      KEY_ROTATION_DAYS: '0',
      WORKERS: '4',
      npm_lifecycle_event: 'start',
      ALLOW_PRIVATE_NETWORKS: 'off',
      ACCOUNT_API: 'on',
      ACCOUNT_API_ORIGINS: 'https://app.example.com, http://localhost:4200',
      SMTP_URL: 'smtps://mail:pass@mail.example.com',
      MAIL_FROM: 'Help <help@example.com>',
    })
    t.same(config, {
      production: false,
      port: 65_535,
      host: '::1',
      issuer: 'https://id.example.com',
      accountApi: { origins: ['https://app.example.com', 'http://localhost:4200'] },
      databaseUrl: '/var/lib/gatepass/gate pass.db',
      databasePool: 25,
      secret,
      trustProxy: ['loopback', '10.0.0.0/8', 'fd00::/8', '192.0.2.1'],
      logLevel: 'silent',
      demo: false,
      attemptDays: 7,
      keyRotationDays: 0,
      workers: 4,
      underNpm: true,
      allowPrivateNetworks: false,
      smtpUrl: 'smtps://mail:pass@mail.example.com',
      mailFrom: 'Help <help@example.com>',
    })
    t.ok(Object.isFrozen(config) && Object.isFrozen(config.trustProxy), 'and nothing can change it')
  })

  await t.test(
    'with one worker a core for WORKERS=auto, and without the demo where there are several',
    async t => {
      t.equal(readConfig({ ...elsewhere, WORKERS: 'auto' }).workers, Math.min(availableParallelism(), 64))
      t.match(readConfig({ ...elsewhere, GATEPASS_DEMO: 'on', WORKERS: '1' }), { workers: 1, demo: true })
      t.match(readConfig({ ...elsewhere, GATEPASS_DEMO: 'on', WORKERS: '2' }), { workers: 2, demo: false })
    },
  )

  await t.test('with variables that are there and empty, as if they were not', async t => {
    t.same(readConfig({ ...elsewhere, PORT: '', HOST: ' ', TRUST_PROXY: '' }), readConfig(elsewhere))
    t.equal(readConfig({ ...elsewhere, TRUST_PROXY: 'off' }).trustProxy, false)
  })

  await t.test('with the database as a path or a file: URL', async t => {
    const fileOf = (DATABASE_URL: string) => readConfig({ ...elsewhere, DATABASE_URL }).databaseUrl
    t.equal(fileOf('./some/where.db'), resolve('some/where.db'))
    t.equal(fileOf('file:some/where.db'), resolve('some/where.db'))
    t.equal(fileOf('file:./some/where.db'), resolve('some/where.db'))
    t.equal(fileOf('file:/some/where.db'), '/some/where.db')
    t.equal(fileOf('file:///some/gate%20pass.db'), '/some/gate pass.db')
  })

  await t.test('with the database as a postgres: URL, which nobody is shown whole', async t => {
    const url = 'postgres://ada:pass%2Fword@db.example.com:5433/gatepass?sslmode=verify-full'
    const config = readConfig({ ...elsewhere, GATEPASS_SECRET: secret, DATABASE_URL: url })
    t.equal(config.databaseUrl, url)
    const shown = shownConfig(config).find(({ variable }) => variable === 'DATABASE_URL')!
    t.equal(shown.value, 'postgres://ada@db.example.com:5433/gatepass')
    t.match(readConfig({ ...elsewhere, GATEPASS_SECRET: secret, DATABASE_URL: 'PostgreSQL://db/gatepass' }), {
      databasePool: 10,
    })
    t.match(
      refusal({ NODE_ENV: 'development', GATEPASS_SECRET: '', DATABASE_URL: url }),
      /^GATEPASS_SECRET is missing; with PostgreSQL it must be set, the same for every node/,
    )
  })

  await t.test('with a .env file, over which the environment wins', async t => {
    const [folder, before] = [newFolder(t), process.cwd()]
    writeFileSync(
      join(folder, '.env'),
      '# mine\nPORT=4001\nTRUST_PROXY="loopback"\nGATEPASS_DEMO=off # quiet\n',
    )
    process.env.TRUST_PROXY = 'linklocal'
    process.chdir(folder)
    t.teardown(() => {
      process.chdir(before)
      delete process.env.TRUST_PROXY
    })
    t.match(readConfig({ ...processEnvironment(), ...elsewhere }), {
      port: 4001,
      trustProxy: ['linklocal'],
      demo: false,
    })
  })

  await t.test('without a secret in development, where one is made and kept for its owner alone', async t => {
    const folder = newFolder(t)
    const env = { DATABASE_URL: join(folder, 'new/data/gatepass.db') }
    const file = join(folder, 'new/data/gatepass.secret')
    const made = readConfig(env).secret
    t.match(made, /^[\w-]{43}$/)
    t.equal(statSync(file).mode & 0o777, 0o600)
    t.equal(readFileSync(file, 'utf8'), `${made}\n`)
    t.equal(readConfig(env).secret, made, 'the next start finds it')
    t.equal(readConfig({ ...env, GATEPASS_SECRET: secret }).secret, secret, 'and the environment wins')
  })
})

t.test('refuses, in one line that names the variable, its value and what is allowed,', async t => {
  const wrong: [variable: string, values: string[], allowed: RegExp][] = [
    ['NODE_ENV', ['prod', 'Production'], /one of production, development, test/],
    ['ACCOUNT_API', ['yes'], /one of on, off/],
    [
      'ACCOUNT_API_ORIGINS',
      ['*', 'app.example.com', 'https://a.org/', 'https://a.org, x'],
      /origins such as https:\/\/app\.example\.com, with commas between/,
    ],
    ['PORT', ['0', '65536', '-1', '80.5', '0x50', '3e3', 'http'], /a whole number from 1 to 65535/],
    ['HOST', ['localhost:3000', 'http://localhost', '1.2.3.4/8', '-', 'a b'], /IP address or host name/],
    [
      'GATEPASS_URL',
      [
        'id.example.com',
        'ftp://id.example.com',
        'https://id.example.com/sso',
        'https://x/#a',
        'https://x/?a',
        'http://',
      ],
      /the public URL of this server/,
    ],
    ['DATABASE_URL', ['mysql://db/gatepass', 'libsql://db', 'file:x.db?ro', 'file:///x.db#1'], /file: URL/],
    ['DATABASE_POOL', ['0', '201', 'many'], /a whole number from 1 to 200/],
    [
      'TRUST_PROXY',
      [
        'true',
        '1',
        '*',
        'dead',
        '10.0.0.0/33',
        'fd00::/129',
        '10.0.0.1/8/8',
        'loopback,,linklocal',
        '10.0.0.0/',
      ],
      /off, or addresses, ranges/,
    ],
    ['LOG_LEVEL', ['verbose', 'INFO'], /one of silent, fatal, error, warn, info, debug, trace/],
    ['ALLOW_PRIVATE_NETWORKS', ['yes', 'true', 'ON'], /one of on, off/],
    ['GATEPASS_DEMO', ['true', '0'], /one of on, off/],
    ['ATTEMPT_DAYS', ['0', '3651', 'forever'], /a whole number from 1 to 3650/],
    ['WORKERS', ['0', '65', 'all', '2.5', '-1'], /auto, or a whole number from 1 to 64/],
    ['KEY_ROTATION_DAYS', ['-1', '3651', 'off'], /a whole number from 0 to 3650/],
  ]
  for (const [variable, values, allowed] of wrong) {
    await t.test(variable, async t => {
      for (const value of values) {
        const said = refusal({ [variable]: value })
        t.ok(said.startsWith(`${variable} is `) && !said.includes('\n'), said)
        t.match(said, JSON.stringify(value))
        t.match(said, allowed)
      }
      t.notMatch(refusal({ [variable]: 'a\nb\u001b[2J' }), /\p{Cc}/u, 'one line, whatever the value')
    })
  }

  await t.test('without showing the passwords that a URL may carry', async t => {
    for (const value of [
      'postgres://ada:pass-word@db.example.com/gatepass?sslmode=require',
      'postgres://ada:p/ss-word@db.example.com/gatepass',
      'postgresql://db.example.com/gatepass?user=ada&password=pass-word',
      'postgres://ada:pass-word@db.example.com',
      'postgres:ada:pass-word@db.example.com/gatepass',
      'postgres://ada:pass-word@db.example.com/gatepass?sslmode=verify-full&sslrootcert=/no/where.pem',
      'mysql://ada:pass-word@db.example.com/gatepass',
    ]) {
      const said = refusal({ DATABASE_URL: value })
      t.match(said, /^DATABASE_URL /)
      t.notMatch(said, /ss-word|was taken/, said)
    }
    t.notMatch(refusal({ GATEPASS_URL: 'https://:pass-word@id.example.com' }), /was taken|pass-word/)
  })

  await t.test('a secret that is too short, without showing it', async t => {
    t.match(
      refusal({ GATEPASS_SECRET: 'hunter2' }),
      /^GATEPASS_SECRET has 7 characters; it must be at least 32/,
    )
    t.notMatch(refusal({ GATEPASS_SECRET: 'hunter2' }), 'hunter2')
  })

  await t.test('production without a secret', async t => {
    const folder = newFolder(t)
    const env = { NODE_ENV: 'production', DATABASE_URL: join(folder, 'gatepass.db') }
    t.match(
      refusal({ ...env, GATEPASS_SECRET: '' }),
      /^GATEPASS_SECRET is missing; .* at least 32 random characters/,
    )
    writeFileSync(join(folder, 'gatepass.secret'), secret)
    t.match(refusal({ ...env, GATEPASS_SECRET: '' }), /is missing/, 'also where development left one')
  })

  await t.test('a kept secret that was emptied, which would lock every key out', async t => {
    const folder = newFolder(t)
    writeFileSync(join(folder, 'gatepass.secret'), '\n')
    const said = refusal({ DATABASE_URL: join(folder, 'gatepass.db'), GATEPASS_SECRET: '' })
    t.match(said, /gatepass\.secret holds no secret any more/)
  })

  await t.test('a folder that cannot be made', async t => {
    const file = join(newFolder(t), 'file')
    writeFileSync(file, '')
    t.match(
      refusal({ DATABASE_URL: join(file, 'gatepass.db'), GATEPASS_SECRET: '' }),
      /DATABASE_URL.*cannot be written/,
    )
  })
})
