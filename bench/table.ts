// Many rounds into one table that a person reads.
import type { Drive } from './load.ts'

export interface Measurement extends Drive {
  name: string
  requests: number
  durable: boolean | undefined
  /** Microseconds of the server's CPU time in this round. */
  cpu: number | undefined
  /** How many cores other programs used meanwhile; NaN where that is not known. */
  neighbours: number
}

export type Row = ReturnType<typeof summarize>[number]

const rival = 'oidc-provider, memory'
const durableRival = 'oidc-provider, SQLite'

export const summarize = (subjects: { name: string }[], measurements: Measurement[]) => {
  const rows = subjects.map(({ name }) => {
    const rounds = measurements.filter(round => round.name === name)
    const perSecond = median(rounds.map(round => round.perSecond))
    const cpus = rounds.flatMap(({ cpu, count }) => (cpu === undefined || !count ? [] : [cpu / count]))
    return {
      name,
      requests: rounds[0]?.requests ?? 0,
      durable: rounds[0]?.durable,
      perSecond,
      spread:
        Math.max(...rounds.map(round => round.perSecond)) - Math.min(...rounds.map(round => round.perSecond)),
      p50: median(rounds.map(round => round.p50)),
      p99: median(rounds.map(round => round.p99)),
      cpuPerHandoff: cpus.length ? median(cpus) : undefined,
      /** How much of its core the server used; well under 1 it waited, for the disk or for the load. */
      busy: cpus.length ? median(rounds.map(({ cpu = 0, seconds }) => cpu / 1e6 / seconds)) : undefined,
      count: sum(rounds.map(round => round.count)),
      failures: sum(rounds.map(round => round.failures)),
      problems: [...new Set(rounds.flatMap(round => round.problems))],
    }
  })
  const named = (name: string) => rows.find(row => row.name === name)
  return rows.map(row => {
    const compared = row.durable !== undefined
    return {
      ...row,
      toMemory: compared ? ratio(row.perSecond, named(rival)?.perSecond) : undefined,
      toDurable: compared ? ratio(row.perSecond, named(durableRival)?.perSecond) : undefined,
      /** How many times as much CPU time the rival needs for the same work: neighbours change it least. */
      cpuToMemory: compared ? ratio(named(rival)?.cpuPerHandoff, row.cpuPerHandoff) : undefined,
    }
  })
}

export const table = (rows: Row[]) => {
  const lines = [
    [
      '',
      'requests',
      'durable',
      'handoffs/s',
      'p50 ms',
      'p99 ms',
      'CPU us',
      'core busy',
      'x memory',
      'x SQLite',
      'CPU x memory',
      'failed',
    ],
    ...rows.map(row => [
      row.name,
      String(row.requests),
      row.durable === undefined ? '' : row.durable ? 'yes' : 'no',
      String(Math.round(row.perSecond)),
      row.p50.toFixed(1),
      row.p99.toFixed(1),
      row.cpuPerHandoff === undefined ? '-' : String(Math.round(row.cpuPerHandoff)),
      row.busy === undefined ? '-' : `${Math.round(row.busy * 100)} %`,
      row.toMemory?.toFixed(2) ?? '',
      row.toDurable?.toFixed(2) ?? '',
      row.cpuToMemory?.toFixed(2) ?? '',
      row.failures ? `${row.failures} !` : '0',
    ]),
  ]
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map(line => line[column]!.length)))
  const text = lines.map(line =>
    line
      .map((cell, column) => (column ? cell.padStart(widths[column]!) : cell.padEnd(widths[0]!)))
      .join('  '),
  )
  const problems = rows.flatMap(({ name, failures, count, problems }) =>
    failures
      ? [
          `FAILED ${name}: ${failures} of ${failures + count} handoffs`,
          ...problems.slice(0, 5).map(p => `  ${p}`),
        ]
      : [],
  )
  return [
    text[0],
    '-'.repeat(text[0]!.length),
    ...text.slice(1),
    ...(problems.length ? ['', ...problems] : []),
  ].join('\n')
}

const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0)

const median = (numbers: number[]) => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const ratio = (a: number | undefined, b: number | undefined) => (a && b ? a / b : undefined)
