// Which workers a server has, by what it logs at the level info.
import { setTimeout as pause } from 'node:timers/promises'

/** Process IDs of those that listen and have not ended. */
export const livingWorkers = (output: string): number[] => {
  const pids = new Set<number>()
  for (const line of output.split('\n')) {
    if (!line.startsWith('{')) continue
    const { msg, pid, worker, ended } = JSON.parse(line)
    if (worker && msg?.startsWith('Server listening')) pids.add(pid)
    if (ended) pids.delete(ended)
  }
  return [...pids]
}

export const untilWorkers = async (output: () => string, count: number) => {
  const deadline = Date.now() + 90_000
  while (livingWorkers(output()).length !== count) {
    if (Date.now() > deadline) throw new Error(`no ${count} workers within 90 s:\n${output().slice(-2000)}`)
    await pause(20)
  }
}
