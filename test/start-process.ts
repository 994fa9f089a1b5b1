// Starts a Node program that serves HTTP, waits until it answers, and ends it politely or not at all politely.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

export type Env = Record<string, string>

export interface Running {
  port: number
  pid: number
  /** All that it has written to stdout and stderr so far. */
  output(): string
  /** Asks it to stop with SIGTERM and waits; resolves to its exit code, null when it had to be killed. */
  stop(): Promise<number | null>
  /** kill -9: no warning, nothing flushed, nothing finished. */
  kill(): Promise<void>
}

const startWithinMs = 40_000
const stopWithinMs = 15_000

/**
 * Runs `node ...args` with PORT=port and resolves when `ready` (a path) answers 2xx or 4xx on that port; rejects
 * with the program's own words when it ends or stays silent. `launcher` goes in front of the command.
 */
export const startProcess = async (
  args: string[],
  {
    port,
    ready,
    env = {},
    cwd,
    launcher = [],
    stdoutTo,
  }: {
    port: number
    ready: string
    env?: Env
    cwd?: string
    launcher?: string[]
    stdoutTo?: string
  },
): Promise<Running> => {
  const folder = mkdtempSync(join(tmpdir(), 'gatepass-output-'))
  const log = join(folder, 'log')
  // A file, not a pipe: a pipe that nobody empties would stop the server that is being looked at.
  const stderr = openSync(log, 'a')
  const stdout = stdoutTo ? openSync(stdoutTo, 'a') : stderr
  const [command = '', ...rest] = [...launcher, process.execPath, ...args]
  const child = spawn(command, rest, {
    cwd,
    env: cleanEnv({ ...env, PORT: String(port) }),
    stdio: ['ignore', stdout, stderr],
  })
  for (const file of new Set([stdout, stderr])) closeSync(file)
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)

  let finalOutput: string | undefined
  const output = () => finalOutput ?? readFileSync(log, 'utf8')
  const ended = once(child, 'exit').finally(() => {
    process.off('exit', killWithUs)
    finalOutput = output()
    rmSync(folder, { recursive: true, force: true })
  })
  ended.catch(() => {})
  await answering(`http://127.0.0.1:${port}${ready}`, child, output)

  return {
    port,
    pid: child.pid ?? 0,
    output,
    async stop() {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), stopWithinMs)
      await ended
      clearTimeout(late)
      return child.exitCode
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/**
 * A free port below those that the system hands to outgoing connections: a port out of that range could be
 * taken by one of a test's own connections while the server that it belongs to is down.
 */
export const freePort = async (): Promise<number> => {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = 20_000 + randomInt(12_000)
    const server = createServer()
    const free = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false))
      server.listen(port, () => resolve(true))
    })
    if (!free) continue
    await new Promise(resolve => server.close(resolve))
    return port
  }
  throw new Error('no free port between 20000 and 32000')
}

// Compiled once and not at every start, which halves its time. Not where coverage is counted: it would count less finely.
const compileCache = fileURLToPath(new URL('../.tap/compiled', import.meta.url))

const ours = /^(GATEPASS_\w+|PORT|HOST|DATABASE_URL|TRUST_PROXY|LOG_LEVEL|NODE_ENV|NODE_OPTIONS)$/

// What a developer has exported must not decide a test; nor may a test runner's hooks slow a server down.
export const cleanEnv = (env: Env) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name))),
  ...(!env.NODE_OPTIONS && { NODE_COMPILE_CACHE: compileCache }),
  ...env,
})

const stripTypesOnce = new URL('../scripts/strip-types-once.js', import.meta.url)

/** Lets the test runner count what a child process covers; it doubles the time that a start takes. */
export const observed: Env = process.env.NODE_OPTIONS
  ? { NODE_OPTIONS: `${process.env.NODE_OPTIONS} --import=${stripTypesOnce}` }
  : {}

const answering = async (url: string, child: ChildProcess, output: () => string) => {
  const deadline = Date.now() + startWithinMs
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(
        `${child.spawnargs.join(' ')} ended with ${child.exitCode ?? child.signalCode}:\n${output()}`,
      )
    }
    const answer = await fetch(url).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer && answer.status < 500) return
    await pause(20)
  }
  child.kill('SIGKILL')
  throw new Error(
    `${child.spawnargs.join(' ')} did not answer within ${startWithinMs / 1000} s:\n${output()}`,
  )
}
