import type { Test } from 'tap'
import { runCommandLine } from '../../src/cli.ts'

/**
 * Runs a command in this process, in its environment: for the many looks that need no process of their own, because
 * a start takes its time.
 */
export async function runHere(t: Test, ...words: string[]) {
  const streams = { stdout: t.capture(process.stdout, 'write'), stderr: t.capture(process.stderr, 'write') }
  await runCommandLine(['node', 'gatepass', ...words])
  const code = Number(process.exitCode ?? 0)
  process.exitCode = undefined
  for (const { restore } of Object.values(streams)) restore()
  const text = (stream: 'stdout' | 'stderr') => streams[stream].args().map(String).join('')
  return { code, stdout: text('stdout'), stderr: text('stderr') }
}
