// `npm run race -- --seconds 60`: several workers of one server are asked for the same codes at the same time, and some
// of them are killed with kill -9 meanwhile. A code is good once, whoever was asked and whoever died; and the server
// goes on. Exit 1 when a code was good twice, or a worker that died was not replaced.
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openConnection } from '../connection.ts'
import { type Handoff, handoffOf, reader } from '../handoff.ts'
import { freePort } from '../start-process.ts'
import { createProject, newHome, startServer } from '../start-server.ts'
import { livingWorkers, untilWorkers } from './living-workers.ts'

export interface Race {
  codes: number
  /** Codes that somebody was told they redeemed. */
  won: number
  refused: number
  /** Swaps that a killed worker did not answer. */
  unanswered: number
  kills: number
  /** Workers that answered swaps. */
  workers: number
  /** Codes that were good twice, and answers that nobody should have had. */
  faults: string[]
}

const WORKERS = 4
const CODES = 10
const CONTENDERS = 8

export const raceWorkers = async ({
  rounds,
  kill,
  progress = () => {},
}: {
  /** How many, or for how long. */
  rounds: number | { seconds: number }
  /** Kills a worker in every round but the first. */
  kill: boolean
  progress?: (line: string) => void
}): Promise<Race> => {
  const home = newHome()
  const port = await freePort()
  const env = { ...home.env, PORT: String(port), GATEPASS_URL: `http://localhost:${port}`, LOG_LEVEL: 'info' }
  const project = await createProject(env, { slug: 'acme', siteUrl: `http://acme.localhost:${port}` })
  const handoff = handoffOf(project)
  const server = await startServer({ env: { ...env, WORKERS: String(WORKERS) } })
  const race: Race = { codes: 0, won: 0, refused: 0, unanswered: 0, kills: 0, workers: 0, faults: [] }
  const origin = `http://127.0.0.1:${port}`
  try {
    await untilWorkers(server.output, WORKERS)
    const began = performance.now()
    const goesOn = (round: number) =>
      typeof rounds === 'number' ? round < rounds : performance.now() - began < rounds.seconds * 1000
    for (let round = 0; goesOn(round); round++) {
      const killing = kill && round > 0
      await oneRound(origin, handoff, race, async () => {
        if (!killing) return
        await pause(Math.random() * 30)
        const living = livingWorkers(server.output())
        process.kill(living[Math.floor(Math.random() * living.length)]!, 'SIGKILL')
        race.kills++
      })
      await untilWorkers(server.output, WORKERS)
      progress(`round ${round + 1}: ${race.codes} codes, ${race.kills} kills, ${race.faults.length} faults`)
    }
    const swaps = server.output().matchAll(/"worker":(\d+),[^\n]*"route":"\/oauth\/token"/g)
    race.workers = new Set([...swaps].map(([, worker]) => worker)).size
    const code = await server.stop()
    if (code !== 0) race.faults.push(`the server ended with ${code}`)
  } finally {
    await server.kill()
    home.remove()
  }
  return race
}

const oneRound = async (origin: string, handoff: Handoff, race: Race, killOne: () => Promise<void>) => {
  const connections = Array.from({ length: CODES * CONTENDERS }, () => openConnection(origin))
  const codes = await Promise.all(
    connections.slice(0, CODES).map(async ({ send }, n) => {
      const { status, body } = await send(handoff.generateCode(reader(n)))
      if (status !== 200) throw new Error(`generateCode: ${status} ${body}`)
      return JSON.parse(body).code as string
    }),
  )
  race.codes += codes.length
  await Promise.all(connections.map(({ send }) => send({ path: '/healthz' })))
  const swaps = connections.map(({ send }, i) =>
    send(handoff.swap(codes[i % CODES]!)).then(
      answer => answer.status,
      () => undefined,
    ),
  )
  await killOne()
  const statuses = await Promise.all(swaps)
  await Promise.all(connections.map(connection => connection.close()))
  for (const [n, code] of codes.entries()) {
    const of = statuses.filter((_, i) => i % CODES === n)
    const won = of.filter(status => status === 200).length
    race.won += won
    race.refused += of.filter(status => status === 400).length
    race.unanswered += of.filter(status => status === undefined).length
    const odd = of.filter(status => ![200, 400, undefined].includes(status))
    if (odd.length > 0) race.faults.push(`a swap answered ${odd}`)
    if (won > 1) race.faults.push(`one code was good ${won} times`)
    if (won === 0 && !of.includes(undefined)) race.faults.push('a code was good for nobody')
    // Where a killed worker kept its answer to itself, the code may be unused still: then it is good once more.
    const { send, close } = openConnection(origin)
    const again = [await send(handoff.swap(code)), await send(handoff.swap(code))]
    await close()
    const late = again.filter(({ status }) => status === 200).length
    if (won + late > 1) race.faults.push('a code that was redeemed was good again')
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } })
  const { faults, ...race } = await raceWorkers({
    rounds: { seconds: Number(values.seconds) },
    kill: true,
    progress: line => console.log(line),
  })
  for (const fault of faults.slice(0, 20)) console.log(`- ${fault}`)
  console.log(
    `${race.codes} codes over ${race.workers} workers with ${race.kills} kills: ${race.won} redeemed, ` +
      `${race.refused} refused, ${race.unanswered} unanswered, ${faults.length} faults`,
  )
  if (faults.length > 0) process.exitCode = 1
}
