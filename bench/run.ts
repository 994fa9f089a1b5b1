// `npm run bench`: handoffs per second, side by side. `-- --quick` takes less than a minute, `-- --json FILE`
// keeps every round. Rounds are interleaved and medians shown, because a machine is never alone: compare the
// ratios and the CPU time of one run, not the rates of two.
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { newHome } from '../test/start-server.ts'
import { cpuTime, machineCpuTime, pinning, takeLoadCore } from './cores.ts'
import { drive } from './load.ts'
import { type Subject, startSubjects } from './subjects.ts'
import { type Measurement, summarize, targets } from './summary.ts'
import { tables, targetTable } from './table.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    only: { type: 'string' },
    connections: { type: 'string', default: '32' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    markdown: { type: 'boolean', default: false },
  },
})
const connections = Number(values.connections)
const usual = values.quick ? { rounds: 3, seconds: 0.5, warmUp: 0.3 } : { rounds: 7, seconds: 3, warmUp: 2 }
const { warmUp } = usual
const rounds = Number(values.rounds ?? usual.rounds)
const seconds = Number(values.seconds ?? usual.seconds)
const tmpfs = 0x01021994

const measure = async (subject: Subject): Promise<Measurement> => {
  const { server, name } = subject
  const before = server && cpuTime(server.pid)
  const ours = cpuTime(process.pid)
  const machine = machineCpuTime()
  const result = await work(subject, seconds)
  const after = server && cpuTime(server.pid)
  const spent = (now: number | undefined, then: number | undefined) =>
    (now ?? Number.NaN) - (then ?? Number.NaN)
  const cpu = before === undefined || after === undefined ? undefined : after - before
  const others = spent(machineCpuTime(), machine) - spent(cpuTime(process.pid), ours) - (cpu ?? 0)
  return { ...result, name, cpu, neighbours: others / 1e6 / result.seconds }
}

const work = ({ server, journey, limit }: Subject, time: number) =>
  server && journey
    ? drive(`http://127.0.0.1:${server.port}`, journey, { connections, seconds: time })
    : limit!(time)

const folder = newHome(fileURLToPath(new URL('../data', import.meta.url))).folder
takeLoadCore()
const machine = `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.versions.node}`
console.log(`${machine}; ${pinning}`)
console.log(`${connections} connections, ${rounds} interleaved rounds of ${seconds} s each, medians`)
if (statfsSync(folder).type === tmpfs)
  console.log('the databases are in memory (tmpfs): a commit costs nothing here')

const measurements: Measurement[] = []
const subjects: Subject[] = []
try {
  const all = await startSubjects(folder)
  subjects.push(...all)
  const chosen = all.filter(({ name }) => !values.only || name.includes(values.only))
  for (const subject of chosen) await work(subject, warmUp)
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`round ${round + 1} of ${rounds}\n`)
    // Each round begins with another subject, so that nobody always comes after the same neighbour.
    const order = chosen.map((_, i) => chosen[(i + round) % chosen.length]!)
    for (const subject of order) measurements.push(await measure(subject))
  }
  const rows = summarize(chosen, measurements)
  const { markdown } = values
  const aims = targets(rows)
  console.log(`\n${tables(rows, { markdown })}`)
  if (aims.length > 0) console.log(`\n${targetTable(aims, { markdown })}`)
  const neighbours = measurements.map(round => round.neighbours)
  const cores = neighbours.reduce((sum, used) => sum + used, 0) / neighbours.length
  if (cores > 0.1)
    console.log(`\nother programs used ${cores.toFixed(1)} cores meanwhile: the rates are lower for it`)
  if (values.json)
    writeFileSync(
      values.json,
      JSON.stringify({ machine, pinning, connections, rows, targets: aims, measurements }, null, 2),
    )
  if (rows.some(({ failures }) => failures > 0)) process.exitCode = 1
} finally {
  await Promise.all([...new Set(subjects.flatMap(({ server }) => server ?? []))].map(server => server.stop()))
  rmSync(folder, { recursive: true, force: true })
}
