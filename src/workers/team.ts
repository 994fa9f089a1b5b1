import cluster, { type Worker } from 'node:cluster'
import type { Logger } from 'pino'
import type { Turns } from '../db/turns.ts'
import type { Neighbours } from '../platform/neighbours.ts'
import type { FromLeader, FromWorker, Told } from './messages.ts'
import { restartPause } from './restart-pause.ts'
import { createTurnTaking, turnsBy } from './turn-taking.ts'

/** The workers, as their leader has them. */
export interface Team {
  /** Starts one and, when it serves, the others. @throws Error in the words of a worker that cannot start. */
  start(): Promise<void>
  /** Lets every worker finish what it accepted, and resolves when none is left. */
  stop(): Promise<void>
  kill(): void
  /** Tells, in a worker's words, that nobody is left to serve and a new one cannot start either. */
  onLost(listener: (why: string) => void): void
  hear: Neighbours['hear']
  /** The leader's own, among those of the workers. */
  readonly turns: Turns
}

interface Member {
  readonly startedAt: number
  serving: boolean
  /** Why it could not start. */
  why?: string
  /** Settles with its start. */
  readonly started: PromiseWithResolvers<void>
}

export function createTeam(size: number, logger: Logger): Team {
  const members = new Map<Worker, Member>()
  const listeners = new Map<string, (words: Told['words']) => void>()
  const turns = createTurnTaking<Worker | 'leader'>(who =>
    who === 'leader' ? ownTurns.granted() : send(who, { said: 'your turn' }),
  )
  const ownTurns = turnsBy({ ask: () => turns.ask('leader'), over: () => turns.over('leader') })
  const emptied = Promise.withResolvers<void>()
  let lost: (why: string) => void = () => {}
  let started = false
  let stopping = false
  /** Workers that died young, one after the other. */
  let youngDeaths = 0

  cluster.on('message', (worker: Worker, message: FromWorker) => {
    const member = members.get(worker)
    if (!member) return
    if (message.said === 'serving') {
      member.serving = true
      member.started.resolve()
    } else if (message.said === 'cannot start') member.why = message.why
    else if (message.said === 'turn please') turns.ask(worker)
    else if (message.said === 'turn over') turns.over(worker)
    else if (message.said === 'tell') {
      for (const other of members.keys()) if (other !== worker) send(other, message)
      listeners.get(message.topic)?.(message.words)
    }
  })
  cluster.on('exit', (worker, code, signal) => {
    const member = members.get(worker)
    if (!member) return
    members.delete(worker)
    turns.over(worker)
    if (stopping) {
      if (members.size === 0) emptied.resolve()
      return
    }
    const how = signal ?? `code ${code}`
    const why = member.why ?? `A worker ended with ${how} before it served; what it said is above.`
    member.started.reject(new Error(why))
    if (!started) return
    const anybody = [...members.values()].some(({ serving }) => serving)
    if (!member.serving && !anybody) return lost(why)
    replace(worker, member, how)
  })

  function replace(worker: Worker, member: Member, how: string): void {
    const lived = performance.now() - member.startedAt
    youngDeaths = restartPause.isYoung(lived) ? youngDeaths + 1 : 1
    const pause = restartPause.after(youngDeaths)
    const about = { ended: worker.process.pid, number: worker.id, how, why: member.why, replacedIn: pause }
    logger.error(about, 'a worker ended and is replaced')
    setTimeout(() => !stopping && void fork().catch(() => {}), pause)
  }

  function fork(): Promise<void> {
    const started = Promise.withResolvers<void>()
    started.promise.catch(() => {})
    members.set(cluster.fork(), { startedAt: performance.now(), serving: false, started })
    return started.promise
  }

  function send(worker: Worker, message: FromLeader): void {
    // One that is going is not told; what it would have heard dies with it.
    if (worker.isConnected()) worker.send(message, () => {})
  }

  return {
    async start() {
      await fork()
      await Promise.all(Array.from({ length: size - 1 }, fork))
      started = true
    },
    async stop() {
      stopping = true
      if (members.size === 0) return
      for (const worker of members.keys()) worker.process.kill('SIGTERM')
      await emptied.promise
    },
    kill() {
      for (const worker of members.keys()) worker.process.kill('SIGKILL')
    },
    onLost(listener) {
      lost = listener
    },
    turns: ownTurns,
    hear: (topic, listener) => void listeners.set(topic, listener),
  }
}
