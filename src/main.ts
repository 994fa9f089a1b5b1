import cluster from 'node:cluster'
import type { Config } from './config.ts'

/**
 * Runs the server until it is told to stop: opens and migrates the database, listens, and on SIGTERM or SIGINT answers
 * what it accepted, closes the database and ends with 0. With several workers this process leads them, and serves nobody.
 */
export async function serve(config: Config): Promise<void> {
  // Each loads its own: a leader needs no doors, and starts without them.
  if (cluster.isWorker) return await (await import('./workers/work.ts')).work(config)
  if (config.workers > 1) return await (await import('./workers/lead-workers.ts')).leadWorkers(config)
  await (await import('./serve-alone.ts')).serveAlone(config)
}
