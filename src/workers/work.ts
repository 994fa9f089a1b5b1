import cluster from 'node:cluster'
import { buildApp } from '../app.ts'
import type { Config } from '../config.ts'
import { openDatabase } from '../db/database.ts'
import { listen } from '../listen.ts'
import { openLog } from '../open-log.ts'
import { systemClock } from '../platform/clock.ts'
import { onNotice } from '../sessions/notice-bell.ts'
import { onStopSignal, stopWhenTold } from '../stop.ts'
import { joinLeader } from './join-leader.ts'

/** One of several processes that answer requests on one port. Where the leader ends, so does this. */
export async function work(config: Config): Promise<void> {
  const leader = joinLeader()
  try {
    const { id } = cluster.worker!
    const logger = openLog(config, id)
    const database = openDatabase(config.databaseUrl, { pool: config.databasePool, turns: leader.turns })
    const app = await buildApp({
      config,
      database,
      clock: systemClock,
      logger,
      neighbours: leader.neighbours,
      worker: id,
    })
    // The leader decides. Ctrl+C reaches every process of a terminal, and the leader among them.
    process.on('SIGINT', () => {})
    const told = { underNpm: false, signals: ['SIGTERM' as const] }
    stopWhenTold(
      app,
      stop => onStopSignal(told, stop),
      () => database.close(),
    )
    // Logout notices are delivered by the leader.
    onNotice(() => leader.neighbours.tell('notices', []))
    await listen(app, config)
    leader.say({ said: 'serving' })
  } catch (error) {
    // The leader tells the operator, once for all workers.
    leader.say({ said: 'cannot start', why: (error as Error).message }, () => process.exit(1))
  }
}
