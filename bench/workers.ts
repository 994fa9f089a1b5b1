// `node bench/workers.ts`: several workers on one database file beside one process, the same load on each, in rounds that
// take turns. What counts is the ratio: at `synchronous=FULL` one commit at a time is the limit, whoever asks for it.
import { rmSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { handoffOf } from '../test/handoff.ts'
import { freePort } from '../test/start-process.ts'
import { createProject, newHome, startServer } from '../test/start-server.ts'
import { externalHandoff, hostedHandoff } from './journeys.ts'
import { type Drive, drive, type Journey } from './load.ts'

const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '1,2,4' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '32' },
  },
})
const [rounds, seconds, connections] = [values.rounds, values.seconds, values.connections].map(Number)
const folder = newHome(fileURLToPath(new URL('../data', import.meta.url))).folder

const start = async (workers: string) => {
  const { env } = newHome(folder)
  const port = await freePort()
  const settings = {
    ...env,
    PORT: String(port),
    GATEPASS_URL: `http://localhost:${port}`,
    LOG_LEVEL: 'error',
  }
  const hosted = await createProject(settings, {
    slug: 'hosted',
    siteUrl: `http://hosted.localhost:${port}`,
  })
  const external = await createProject(settings, { slug: 'external', siteUrl: 'https://docs.example.com' })
  const server = await startServer({ env: { ...settings, WORKERS: workers } })
  const subject = (name: string, journey: Journey) => ({
    name: `${name}, ${workers === '1' ? '1 process' : `${workers} workers`}`,
    of: name,
    server,
    journey,
    rounds: [] as Drive[],
  })
  return [
    subject('hosted site', hostedHandoff(handoffOf(hosted))),
    subject('external site', externalHandoff(handoffOf(external))),
  ]
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
const subjects: Awaited<ReturnType<typeof start>> = []
try {
  for (const workers of values.workers.split(',')) subjects.push(...(await start(workers)))
  const measure = ({ server, journey }: (typeof subjects)[number], forSeconds: number) =>
    drive(`http://127.0.0.1:${server.port}`, journey, { connections: connections!, seconds: forSeconds })
  // The other workers of a server start when its first one answers.
  await pause(2_000)
  for (const subject of subjects) await measure(subject, 1)
  for (let round = 0; round < rounds!; round++) {
    for (const index of subjects.keys()) {
      const subject = subjects[(index + round) % subjects.length]!
      subject.rounds.push(await measure(subject, seconds!))
    }
  }
  console.log(`${connections} connections, ${rounds} interleaved rounds of ${seconds} s, medians`)
  console.log('                              handoffs/s   x one  p50 ms  p99 ms  failed')
  for (const { name, of, rounds } of subjects) {
    const of1 = subjects.find(subject => subject.of === of)!
    const ratio = median(rounds.map((round, n) => round.perSecond / of1.rounds[n]!.perSecond))
    const failed = rounds.reduce((sum, { failures }) => sum + failures, 0)
    const cells = [
      Math.round(median(rounds.map(round => round.perSecond))).toString(),
      ratio.toFixed(2),
      median(rounds.map(round => round.p50)).toFixed(1),
      median(rounds.map(round => round.p99)).toFixed(1),
      String(failed),
    ]
    console.log(name.padEnd(30) + cells.map((cell, n) => cell.padStart([10, 8, 8, 8, 8][n]!)).join(''))
    for (const { problems } of rounds) for (const problem of problems) console.log(`  ${problem}`)
    if (failed > 0) process.exitCode = 1
  }
} finally {
  await Promise.all([...new Set(subjects.map(({ server }) => server))].map(server => server.stop()))
  rmSync(folder, { recursive: true, force: true })
}
