// `node bench/workers.ts`: several processes on one SQLite file beside one alone, the same load on each.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { handoffOf } from '../test/handoff.ts'
import { freePort } from '../test/start-process.ts'
import { createProject, newHome, startServer } from '../test/start-server.ts'
import { hostedHandoff } from './journeys.ts'
import { type Drive, drive } from './load.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '32' },
    workers: { type: 'string', default: '1,2,4' },
    modes: { type: 'string', default: '' },
    pin: { type: 'boolean', default: false },
  },
})
const folder = newHome(fileURLToPath(new URL('../data', import.meta.url))).folder
const start = async (workers: string, mode: string) => {
  const { env } = newHome(folder)
  const port = await freePort()
  const extra = Object.fromEntries(
    mode
      .split('+')
      .filter(Boolean)
      .map(p => p.split('=')),
  )
  const settings = {
    ...env,
    ...extra,
    PORT: String(port),
    GATEPASS_URL: `http://localhost:${port}`,
    WORKERS: workers,
  }
  const project = await createProject(
    { ...settings, WORKERS: '1' },
    { slug: 'hosted', siteUrl: `http://hosted.localhost:${port}` },
  )
  const server = await startServer({
    env: settings,
    launcher: values.pin ? ['taskset', '-c', '0'] : [],
    stdoutTo: '/dev/null',
  })
  return {
    name: `${workers} ${mode}`,
    server,
    journey: hostedHandoff(handoffOf(project)),
    rounds: [] as Drive[],
  }
}
const subjects = [await start('1', '')]
for (const w of values.workers.split(','))
  if (w !== '1') for (const mode of values.modes.split(',')) subjects.push(await start(w, mode))
await new Promise(r => setTimeout(r, 4000))
try {
  for (const s of subjects)
    await drive(`http://127.0.0.1:${s.server.port}`, s.journey, {
      connections: +values.connections,
      seconds: 1,
    })
  for (let round = 0; round < +values.rounds; round++)
    for (const i of subjects.keys()) {
      const s = subjects[(i + round) % subjects.length]!
      s.rounds.push(
        await drive(`http://127.0.0.1:${s.server.port}`, s.journey, {
          connections: +values.connections,
          seconds: +values.seconds,
        }),
      )
    }
  const median = (n: number[]) => n.toSorted((a, b) => a - b)[n.length >> 1]!
  const one = median(subjects[0]!.rounds.map(r => r.perSecond))
  for (const s of subjects)
    console.log(
      s.name.padEnd(40),
      median(s.rounds.map(r => r.perSecond)).toFixed(0),
      (median(s.rounds.map(r => r.perSecond)) / one).toFixed(2),
      'p50',
      median(s.rounds.map(r => r.p50)).toFixed(1),
      'p99',
      median(s.rounds.map(r => r.p99)).toFixed(1),
      'max',
      Math.max(...s.rounds.map(r => r.p99)).toFixed(1),
      'failed',
      s.rounds.reduce((a, r) => a + r.failures, 0),
      s.rounds.flatMap(r => r.problems)[0]?.slice(0, 100) ?? '',
    )
} finally {
  await Promise.all(subjects.map(s => s.server.stop()))
  rmSync(folder, { recursive: true, force: true })
}
