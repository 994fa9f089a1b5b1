// The environment, read once: typed, checked, frozen. Nothing else reads process.env.
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { isPostgresUrl, shownLocation } from './platform/database-url.ts'
import { randomBytes } from './platform/random.ts'

export interface Config {
  readonly production: boolean
  readonly port: number
  readonly host: string
  /** Public URL of the identity server without a trailing slash: the issuer of every token. */
  readonly issuer: string
  /** Path of the SQLite file, or URL of the PostgreSQL database: with its password, so never to be shown. */
  readonly databaseUrl: string
  /** Connections to PostgreSQL that read. */
  readonly databasePool: number
  /** Wraps private keys at rest. */
  readonly secret: string
  /** Addresses and ranges whose X-Forwarded-* are believed; false: nobody's. */
  readonly trustProxy: false | string[]
  readonly logLevel: string
  readonly demo: boolean
  /** Days that the steps of a sign-in are kept. */
  readonly attemptDays: number
  /** Started by `npm start` or `npx`, whose shell passes no SIGTERM on. */
  readonly underNpm: boolean
  /** Days that a signing key signs before the next takes over; 0: keys are rotated by hand alone. */
  readonly keyRotationDays: number
  /** Processes that answer requests; 1: this one does. */
  readonly workers: number
  /** Logout notices and the like may go to loopback and private addresses: sites in the operator's own network. */
  readonly allowPrivateNetworks: boolean
  /** The account API, where anybody can register (see http/account-api.ts); undefined: its paths are not there. */
  readonly accountApi: { readonly origins: readonly string[] } | undefined
  /** Where mail goes, with the password that it may carry; undefined: no mail is sent. */
  readonly smtpUrl: string | undefined
  /** Sender of mail; empty where none is sent. */
  readonly mailFrom: string
}

/** Characters. */
const LEAST_SECRET = 32
const MOST_WORKERS = 64

/** A variable that cannot be taken: one line that names it, its value and what is allowed. */
export class ConfigError extends Error {}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the environment.
 * @throws ConfigError for a wrong value, or a secret that production is missing.
 */
export function readConfig(env: Environment): Config {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined
  const production =
    oneOf('NODE_ENV', read('NODE_ENV') ?? 'development', ['production', 'development', 'test']) ===
    'production'
  const port = wholeNumber('PORT', read('PORT') ?? '3000', 1, 65_535)
  const workers = workerCount(read('WORKERS') ?? '1')
  const databaseUrl = databaseLocation(read('DATABASE_URL') ?? 'data/gatepass.db')
  return Object.freeze({
    production,
    port,
    host: hostName(read('HOST') ?? (production ? '0.0.0.0' : 'localhost')),
    issuer: origin('GATEPASS_URL', read('GATEPASS_URL') ?? `http://localhost:${port}`),
    databaseUrl,
    databasePool: wholeNumber('DATABASE_POOL', read('DATABASE_POOL') ?? '10', 1, 200),
    secret: secret(read('GATEPASS_SECRET'), production, databaseUrl),
    trustProxy: proxies(read('TRUST_PROXY')),
    logLevel: oneOf('LOG_LEVEL', read('LOG_LEVEL') ?? (production ? 'info' : 'warn'), [
      ...['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    ]),
    demo:
      oneOf('GATEPASS_DEMO', read('GATEPASS_DEMO') ?? (production ? 'off' : 'on'), ['on', 'off']) === 'on' &&
      !production &&
      // Its two applications keep their sessions in memory.
      workers === 1,
    attemptDays: wholeNumber('ATTEMPT_DAYS', read('ATTEMPT_DAYS') ?? '30', 1, 3650),
    underNpm: ['start', 'npx', 'gatepass'].includes(read('npm_lifecycle_event') ?? ''),
    keyRotationDays: wholeNumber('KEY_ROTATION_DAYS', read('KEY_ROTATION_DAYS') ?? '90', 0, 3650),
    workers,
    allowPrivateNetworks:
      oneOf('ALLOW_PRIVATE_NETWORKS', read('ALLOW_PRIVATE_NETWORKS') ?? (production ? 'off' : 'on'), [
        'on',
        'off',
      ]) === 'on',
    accountApi:
      oneOf('ACCOUNT_API', read('ACCOUNT_API') ?? (production ? 'off' : 'on'), ['on', 'off']) === 'on'
        ? Object.freeze({ origins: origins('ACCOUNT_API_ORIGINS', read('ACCOUNT_API_ORIGINS')) })
        : undefined,
    ...mail(read('SMTP_URL'), read('MAIL_FROM')),
  })
}

/** What a configuration says, variable by variable, for owners to read: everything but the secret. */
export function shownConfig(
  config: Config,
): { readonly variable: string; readonly value: string; readonly about: string }[] {
  const onOff = (on: boolean) => (on ? 'on' : 'off')
  const days = (count: number) => `${count} ${count === 1 ? 'day' : 'days'}`
  return (
    [
      [
        'NODE_ENV',
        config.production ? 'production' : 'development',
        'Production asks for a secret and has no demo.',
      ],
      ['GATEPASS_URL', config.issuer, 'The public URL: the issuer of every token.'],
      ['HOST', config.host, 'The address that is listened on.'],
      ['PORT', String(config.port), 'The port that is listened on.'],
      [
        'DATABASE_URL',
        shownLocation(config.databaseUrl),
        isPostgresUrl(config.databaseUrl) ? 'The database, without its password.' : 'The database file.',
      ],
      ['DATABASE_POOL', String(config.databasePool), 'Connections to PostgreSQL that read.'],
      ['GATEPASS_SECRET', 'is set, and never shown', 'Encrypts the signing keys at rest.'],
      [
        'TRUST_PROXY',
        config.trustProxy ? config.trustProxy.join(', ') : 'off',
        'Whose X-Forwarded-* headers are believed.',
      ],
      ['WORKERS', String(config.workers), 'How many processes answer requests.'],
      ['LOG_LEVEL', config.logLevel, 'How much is logged.'],
      ['GATEPASS_DEMO', onOff(config.demo), 'Whether an empty development database gets the demo.'],
      ['ATTEMPT_DAYS', days(config.attemptDays), 'How long the steps of sign-ins are kept.'],
      [
        'KEY_ROTATION_DAYS',
        config.keyRotationDays === 0 ? 'by hand alone' : days(config.keyRotationDays),
        'How long a key signs.',
      ],
      [
        'ALLOW_PRIVATE_NETWORKS',
        onOff(config.allowPrivateNetworks),
        'Whether logout notices may go to private addresses.',
      ],
      [
        'ACCOUNT_API',
        onOff(config.accountApi !== undefined),
        'Whether anybody can register an account over the account API.',
      ],
      [
        'ACCOUNT_API_ORIGINS',
        config.accountApi?.origins.join(', ') || 'those of suites alone',
        'Whose pages may call the account API.',
      ],
      [
        'SMTP_URL',
        config.smtpUrl ? shownUrl(config.smtpUrl) : 'off',
        'Where mail goes: links to set a password.',
      ],
      ['MAIL_FROM', config.mailFrom || 'off', 'Sender of mail.'],
    ] as const
  ).map(([variable, value, about]) => ({ variable, value, about }))
}

/** The process's environment over what a `.env` file in the working directory says. */
export function processEnvironment(): Environment {
  const file = existsSync('.env') ? parseEnv(readFileSync('.env', 'utf8')) : {}
  return { ...file, ...process.env }
}

function wrong(name: string, value: string, allowed: string): ConfigError {
  // Where a URL may carry a password, it is not shown.
  const shown = value.replace(/(\/\/)[^/]*@|([?&][^=&]*=)[^&]*/g, (_, slashes, key) =>
    slashes ? '//...@' : `${key}...`,
  )
  return new ConfigError(`${name} is ${JSON.stringify(shown)}; it must be ${allowed}.`)
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find(candidate => candidate === value)
  if (found === undefined) throw wrong(name, value, `one of ${allowed.join(', ')}`)
  return found
}

function wholeNumber(name: string, value: string, least: number, most: number): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || number < least || number > most) {
    throw wrong(name, value, `a whole number from ${least} to ${most}`)
  }
  return number
}

function workerCount(value: string): number {
  const number = value === 'auto' ? Math.min(availableParallelism(), MOST_WORKERS) : Number(value)
  if (!/^(auto|\d+)$/.test(value) || number < 1 || number > MOST_WORKERS) {
    throw wrong('WORKERS', value, `auto, or a whole number from 1 to ${MOST_WORKERS}`)
  }
  return number
}

function hostName(value: string): string {
  if (isIP(value) === 0 && !/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value)) {
    throw wrong('HOST', value, 'the IP address or host name to listen on, without a port')
  }
  return value
}

function origin(name: string, value: string): string {
  const url = URL.parse(value)
  const plain =
    url &&
    ['http:', 'https:'].includes(url.protocol) &&
    !url.username &&
    !url.password &&
    !url.search &&
    !url.hash
  if (!plain || url.pathname !== '/') {
    throw wrong(name, value, 'the public URL of this server, such as https://id.example.com, without a path')
  }
  return url.origin
}

function origins(name: string, value: string | undefined): readonly string[] {
  const listed = (value ?? '').split(',').flatMap(each => each.trim() || [])
  for (const each of listed) {
    if (URL.parse(each)?.origin !== each)
      throw wrong(name, value!, 'origins such as https://app.example.com, with commas between')
  }
  return Object.freeze(listed)
}

/** Mail is off unless both are there. */
function mail(
  smtpUrl: string | undefined,
  mailFrom: string | undefined,
): Pick<Config, 'smtpUrl' | 'mailFrom'> {
  if (smtpUrl === undefined && mailFrom === undefined) return { smtpUrl, mailFrom: '' }
  if (smtpUrl === undefined) throw new ConfigError('MAIL_FROM is set and SMTP_URL is not; mail needs both.')
  const url = URL.parse(smtpUrl)
  const plain = url && url.hostname !== '' && ['', '/'].includes(url.pathname) && !url.search && !url.hash
  if (!plain || !['smtp:', 'smtps:'].includes(url.protocol)) {
    throw wrong('SMTP_URL', smtpUrl, 'an smtp: or smtps: URL such as smtps://user:password@mail.example.com')
  }
  if (mailFrom === undefined) throw new ConfigError('SMTP_URL is set and MAIL_FROM is not; mail needs both.')
  // `Name <address>` or an address: one line, one sender.
  if (!/^(?:[^<>\p{C}]{1,100} )?<?[^\s@<>,;\p{C}]{1,64}@[^\s@<>,;\p{C}]{1,255}>?$/u.test(mailFrom)) {
    throw wrong('MAIL_FROM', mailFrom, 'an e-mail address, or a name with one: Help <help@example.com>')
  }
  return { smtpUrl, mailFrom }
}

/** A URL without the password in it. */
function shownUrl(text: string): string {
  const url = new URL(text)
  if (url.password !== '') url.password = '...'
  return url.href
}

const placeOfDatabase = 'a file path, a file: URL or a postgres: URL'
/** What a postgres: URL may say after its `?`; everything else is a mistake that would pass unnoticed. */
const postgresSettings = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'host', 'options']

function databaseLocation(value: string): string {
  if (/^postgres(ql)?:/i.test(value)) return postgresUrl(value)
  if (!value.startsWith('file:')) {
    if (/^[a-z][a-z0-9+.-]+:/i.test(value)) throw wrong('DATABASE_URL', value, placeOfDatabase)
    return resolve(value)
  }
  const url = URL.parse(value)
  if (!url || url.search || url.hash) throw wrong('DATABASE_URL', value, 'a file: URL without ? and #')
  // `file:data/gatepass.db`, which many tools write, is a relative path.
  return value.startsWith('file:/') ? fileURLToPath(url) : resolve(value.slice('file:'.length))
}

function postgresUrl(value: string): string {
  const url = URL.parse(value)
  if (!url || !isPostgresUrl(value) || !/^\/[^/]+$/.test(url.pathname) || url.hash) {
    // Nothing of it is shown: where it cannot be read, nobody knows which part of it is the password.
    throw new ConfigError(
      'DATABASE_URL is no postgres: URL that can be read; it must be such as postgres://user:password@host:5432/database. Characters of the password other than letters, digits and -._~ are written as %XX.',
    )
  }
  const unknown = [...url.searchParams.keys()].find(name => !postgresSettings.includes(name))
  if (unknown !== undefined) {
    throw new ConfigError(
      `DATABASE_URL says ${JSON.stringify(unknown)} after its ?; what may stand there is ${postgresSettings.join(', ')}.`,
    )
  }
  const mode = url.searchParams.get('sslmode') ?? 'disable'
  if (!['disable', 'verify-full', 'no-verify'].includes(mode)) {
    throw new ConfigError(
      `DATABASE_URL says sslmode=${mode}; it must be disable, verify-full, or no-verify, which encrypts without knowing to whom.`,
    )
  }
  for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
    const file = url.searchParams.get(name)
    if (file !== null && !existsSync(file)) {
      throw new ConfigError(`DATABASE_URL says ${name}=${file}, and that file is not there.`)
    }
  }
  return value
}

function secret(value: string | undefined, production: boolean, databaseUrl: string): string {
  if (value !== undefined) {
    if (value.length < LEAST_SECRET) {
      throw new ConfigError(
        `GATEPASS_SECRET has ${value.length} characters; it must be at least 32 random ones, such as from: openssl rand -base64 32`,
      )
    }
    return value
  }
  if (production) {
    throw new ConfigError(
      'GATEPASS_SECRET is missing; in production it must be set to at least 32 random characters, such as from: openssl rand -base64 32',
    )
  }
  if (isPostgresUrl(databaseUrl)) {
    throw new ConfigError(
      'GATEPASS_SECRET is missing; with PostgreSQL it must be set, the same for every node, to at least 32 random characters, such as from: openssl rand -base64 32',
    )
  }
  return keptSecret(resolve(databaseUrl, '../gatepass.secret'))
}

/** The secret that development keeps beside the database, made at the first start. */
function keptSecret(file: string): string {
  try {
    if (!existsSync(file)) makeSecret(file)
  } catch (error) {
    throw new ConfigError(
      `The folder of the database, which DATABASE_URL names, cannot be written: ${(error as Error).message}`,
    )
  }
  const kept = readFileSync(file, 'utf8').trim()
  if (kept.length < LEAST_SECRET) {
    throw new ConfigError(
      `${file} holds no secret any more; restore it, or set GATEPASS_SECRET to what it was.`,
    )
  }
  return kept
}

/** Several processes may start at once: the file appears with its content in it, and the first one stands. */
function makeSecret(file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
  try {
    linkSync(draft, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
}

function proxies(value: string | undefined): false | string[] {
  if (value === undefined || value === 'off') return false
  const ranges = value.split(',').map(range => range.trim())
  const unknown = ranges.find(range => !isProxyRange(range))
  if (unknown !== undefined) {
    throw wrong(
      'TRUST_PROXY',
      value,
      'off, or addresses, ranges (10.0.0.0/8), loopback, linklocal, uniquelocal, with commas between',
    )
  }
  return Object.freeze(ranges) as string[]
}

function isProxyRange(range: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(range)) return true
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(range) ?? []
  const version = isIP(address)
  return version !== 0 && (bits === undefined || Number(bits) <= (version === 4 ? 32 : 128))
}
