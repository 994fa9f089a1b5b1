// One core for the server and one for the load, so that neither is measured with the other's work.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'

const canPin = cpus().length > 1 && spawnSync('taskset', ['-pc', String(process.pid)]).status === 0

export const pinning = canPin
  ? 'server on core 0, load on core 1'
  : 'not pinned (no taskset, or one core): server and load disturb each other'

/** Goes in front of a server's command. */
export const serverLauncher = canPin ? ['taskset', '-c', '0'] : []

/** Moves this process, which makes the load, off the server's core. */
export const takeLoadCore = () => {
  if (canPin) spawnSync('taskset', ['-acp', '1', String(process.pid)])
}

/** CPU time that a process has used so far, all its threads, in microseconds; undefined where there is no /proc. */
export const cpuTime = (pid: number): number | undefined => {
  try {
    // The name in parentheses may contain blanks; utime and stime are fields 14 and 15, in hundredths of a second.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  } catch {
    return undefined
  }
}

/** CPU time that everything on the machine has used so far, in microseconds; undefined where there is no /proc. */
export const machineCpuTime = (): number | undefined => {
  try {
    const [, user, nice, system, , , irq, softirq, steal] = readFileSync('/proc/stat', 'utf8').split(/\s+/, 9)
    return [user, nice, system, irq, softirq, steal].reduce((sum, ticks) => sum + Number(ticks) * 10_000, 0)
  } catch {
    return undefined
  }
}
