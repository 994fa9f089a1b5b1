// `npm run bench:growth`: does Gatepass stay as fast, as small and as quick to start when its data grows? One server for
// each size on a file of its own, driven in turn. `-- --quick` takes two minutes and stops at 100,000; `-- --json FILE`.
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { handoffOf } from '../test/handoff.ts'
import { freePort } from '../test/start-process.ts'
import { createProject, newHome, type Server, startServer } from '../test/start-server.ts'
import { cpuTime, pinning, serverLauncher, takeLoadCore } from './cores.ts'
import { type Filled, fill } from './fill.ts'
import { hostedHandoff } from './journeys.ts'
import { type Drive, drive, type Journey } from './load.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    sizes: { type: 'string' },
  },
})
const sizes = (values.sizes ?? (values.quick ? '1000,100000' : '1000,100000,1000000,5000000'))
  .split(',')
  .map(Number)
// All rounds are over before the first purge, a minute after the start.
const { rounds, seconds } = values.quick ? { rounds: 3, seconds: 1 } : { rounds: 4, seconds: 2 }
const PURGE_BEGINS = 60_000

interface Grown extends Filled {
  size: number
  server: Server
  journey: Journey
  fileBytes: number
  startMs: number
  startedAt: number
  drives: Drive[]
  cpu: number[]
}

const grow = async (size: number, parent: string): Promise<Grown> => {
  const { env, database } = newHome(parent)
  const port = await freePort()
  const settings = { ...env, PORT: String(port), GATEPASS_URL: `http://localhost:${port}` }
  const project = await createProject(settings, { slug: 'grown', siteUrl: `http://grown.localhost:${port}` })
  const filled = fill(database, 'grown', size, Date.now())
  const began = performance.now()
  const server = await startServer({ env: settings, launcher: serverLauncher, stdoutTo: '/dev/null' })
  return {
    ...filled,
    size,
    server,
    journey: hostedHandoff(handoffOf(project), size),
    fileBytes: statSync(database).size,
    startMs: performance.now() - began,
    startedAt: performance.now(),
    drives: [],
    cpu: [],
  }
}

const load = async (of: Grown, time: number): Promise<Drive> => {
  const before = cpuTime(of.server.pid)
  const result = await drive(`http://127.0.0.1:${of.server.port}`, of.journey, { seconds: time })
  const after = cpuTime(of.server.pid)
  if (before !== undefined && after !== undefined) of.cpu.push((after - before) / result.count)
  if (result.failures > 0) throw new Error(`at ${of.size}: ${result.problems.join('; ')}`)
  return result
}

/** Memory of the process itself in MiB; pages of the file, which the system lends and takes back, do not count. */
const ownMemory = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^RssAnon:\s+(\d+)/m.exec(status)?.[1]) / 1024
}

const median = (numbers: number[]) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!
const folder = newHome(fileURLToPath(new URL('../data', import.meta.url))).folder
takeLoadCore()
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`
console.log(`${machine}; ${pinning}`)

const grown: Grown[] = []
try {
  for (const size of sizes) {
    process.stderr.write(`filling ${size.toLocaleString('en')} readers and sign-ins\n`)
    grown.push(await grow(size, folder))
  }
  for (const each of grown) await load(each, 1)
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`round ${round + 1} of ${rounds}\n`)
    for (const [index] of grown.entries()) {
      const each = grown[(index + round) % grown.length]!
      each.drives.push(await load(each, seconds))
    }
  }
  const rows = grown.map(each => ({
    size: each.size,
    perSecond: median(each.drives.map(({ perSecond }) => perSecond)),
    cpuEach: median(each.cpu),
    p99: median(each.drives.map(({ p99 }) => p99)),
    startMs: each.startMs,
    memory: ownMemory(each.server.pid),
    fileBytes: each.fileBytes,
    bytesPerReader: each.bytesPerReader,
    bytesPerSignIn: each.bytesPerSignIn,
  }))
  const [smallest] = rows
  console.log(
    `\n${'readers and sign-ins'.padStart(20)}  handoffs/s  to smallest  CPU us  p99 ms  start ms  memory MiB  file MiB  bytes/reader  bytes/sign-in`,
  )
  for (const row of rows) {
    const cells = [
      row.size.toLocaleString('en').padStart(20),
      row.perSecond.toFixed(0).padStart(10),
      (row.perSecond / smallest!.perSecond).toFixed(2).padStart(11),
      row.cpuEach.toFixed(0).padStart(6),
      row.p99.toFixed(1).padStart(6),
      row.startMs.toFixed(0).padStart(8),
      row.memory.toFixed(0).padStart(10),
      (row.fileBytes / 2 ** 20).toFixed(0).padStart(8),
      String(row.bytesPerReader).padStart(12),
      String(row.bytesPerSignIn).padStart(13),
    ]
    console.log(cells.join('  '))
  }

  // The largest has a third of its sign-ins to forget. Does anybody notice?
  const largest = grown.at(-1)!
  const waiting = PURGE_BEGINS + 2_000 - (performance.now() - largest.startedAt)
  process.stderr.write(`waiting ${Math.max(0, Math.round(waiting / 1000))} s for the purge\n`)
  await new Promise(resolve => setTimeout(resolve, Math.max(0, waiting)))
  const purging = await load(largest, values.quick ? 2 : 8)
  const quiet = rows.at(-1)!
  console.log(
    `\nat ${largest.size.toLocaleString('en')} while it purges: ${purging.perSecond.toFixed(0)} handoffs/s, p99 ${purging.p99.toFixed(1)} ms` +
      ` (before: ${quiet.perSecond.toFixed(0)}, ${quiet.p99.toFixed(1)} ms)`,
  )
  if (values.json) {
    writeFileSync(values.json, JSON.stringify({ machine, pinning, rows, purging }, null, 2))
  }
} finally {
  await Promise.all(grown.map(({ server }) => server.stop()))
  rmSync(folder, { recursive: true, force: true })
}
