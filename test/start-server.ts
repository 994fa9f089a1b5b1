// Gatepass as its users run it: a child process of bin/gatepass.js and its command line, looked at from outside.
// For proofs that need real processes; a test that can do with one process uses the app itself, which is faster.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnv, type Env, freePort, observed, type Running, startProcess } from './start-process.ts'

export interface Server extends Running {
  url: string
}

export interface Project {
  slug: string
  clientId: string
  clientSecret: string
  siteClientId: string
  siteClientSecret: string
  codeGenerationUrl: string
  callbackUrl: string
  tokenUrl: string
  issuer: string
}

const checkout = fileURLToPath(new URL('..', import.meta.url))
const executable = join(checkout, 'bin/gatepass.js')

/** A folder for one database, the settings that use it, and `remove()` for when it is no longer needed. */
export const newHome = (parent = tmpdir()) => {
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'gatepass-'))
  const database = join(folder, 'gatepass.db')
  const env: Env = {
    DATABASE_URL: database,
    GATEPASS_SECRET: randomBytes(32).toString('base64url'),
    GATEPASS_DEMO: 'off',
  }
  return { folder, database, env, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/**
 * Starts `gatepass serve` and resolves when /healthz answers; rejects with the server's own words when it doesn't.
 * PORT and GATEPASS_URL are chosen unless given. `launcher` goes in front of the command (`taskset -c 0`);
 * `stdoutTo` takes what it logs away from `output()`.
 */
export const startServer = async ({
  env = {},
  ...options
}: {
  env?: Env
  cwd?: string
  launcher?: string[]
  stdoutTo?: string
} = {}): Promise<Server> => {
  const port = Number(env.PORT ?? (await freePort()))
  const url = env.GATEPASS_URL ?? `http://localhost:${port}`
  const running = await startProcess([executable, 'serve'], {
    cwd: checkout,
    ...options,
    port,
    env: { GATEPASS_URL: url, ...env },
    ready: '/healthz',
  })
  return { ...running, url }
}

/** Runs one command of the command line, say `runCommand(['project', 'list', '--json'], { env })`. */
export const runCommand = async (
  args: string[],
  { env = {}, cwd = checkout }: { env?: Env; cwd?: string } = {},
) => {
  const child = spawn(process.execPath, [executable, ...args], {
    cwd,
    env: cleanEnv({ ...observed, ...env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout, stderr }
}

/** `gatepass project create --json`; each option becomes a flag: `siteUrl` is `--site-url`. */
export const createProject = async (
  env: Env,
  options: { slug: string; name?: string; siteUrl: string; loginUrl?: string; logoutUrl?: string },
): Promise<Project> => {
  const flags = Object.entries({ name: options.slug, loginUrl: 'http://localhost:4000/login', ...options })
  const args = flags.flatMap(([name, value]) => [
    `--${name.replace(/[A-Z]/g, c => `-${c.toLowerCase()}`)}`,
    value,
  ])
  const { code, stdout, stderr } = await runCommand(['project', 'create', ...args, '--json'], { env })
  if (code !== 0) throw new Error(`project create ended with ${code}: ${stderr}${stdout}`)
  return JSON.parse(stdout)
}
