// The rows as tables that a person reads; with `markdown` as docs/performance.md has them.
import type { Kind } from './subjects.ts'
import type { Row, Target } from './summary.ts'

type Column = readonly [string, (row: Row) => string]

const rate: Column = ['per second', row => String(Math.round(row.perSecond))]
const cpu: Column = ['CPU us', row => (row.cpuEach === undefined ? '' : String(Math.round(row.cpuEach)))]
const failed: Column = ['failed', row => (row.failures ? `${row.failures} !` : '0')]
const p50: Column = ['p50 ms', row => row.p50.toFixed(row.kind === 'limit' ? 3 : 1)]
const p99: Column = ['p99 ms', row => row.p99.toFixed(row.kind === 'limit' ? 3 : 1)]
const busy: Column = ['core busy', row => (row.busy === undefined ? '' : `${Math.round(row.busy * 100)} %`)]
const durable: Column = ['durable', row => (row.durable === undefined ? '' : row.durable ? 'yes' : 'no')]
const times = (title: string, value: (row: Row) => number | undefined): Column => [
  title,
  row => value(row)?.toFixed(2) ?? '',
]

const columns: Record<Kind, readonly Column[]> = {
  handoff: [
    ['handoffs', row => row.name],
    ['requests', row => String(row.requests)],
    durable,
    rate,
    p50,
    p99,
    cpu,
    busy,
    times('x memory', row => row.toPeer),
    times('x SQLite', row => row.toDurable),
    times('CPU x memory', row => row.cpuToPeer),
    failed,
  ],
  answer: [
    ['answers', row => row.name],
    rate,
    p50,
    p99,
    cpu,
    busy,
    times('x bare', row => row.toBare),
    times('x peer', row => row.toPeer),
    times('CPU x peer', row => row.cpuToPeer),
    failed,
  ],
  limit: [['limits', row => row.name], durable, rate, p50, p99],
}

/** One table for each kind of row that was measured, then what the failures said. */
export const tables = (rows: readonly Row[], { markdown = false } = {}): string => {
  const kinds = ['handoff', 'answer', 'limit'] as const
  const parts = kinds.flatMap(kind => {
    const some = rows.filter(row => row.kind === kind)
    if (some.length === 0) return []
    const head = columns[kind].map(([title]) => title)
    return [grid([head, ...some.map(row => columns[kind].map(([, cell]) => cell(row)))], markdown)]
  })
  const problems = rows.flatMap(({ name, failures, count, problems }) =>
    failures
      ? [
          `FAILED ${name.trim()}: ${failures} of ${failures + count}`,
          ...problems.slice(0, 5).map(p => `  ${p}`),
        ]
      : [],
  )
  return [...parts, ...(problems.length ? [problems.join('\n')] : [])].join('\n\n')
}

export const targetTable = (targets: readonly Target[], { markdown = false } = {}): string =>
  grid(
    [
      ['what is aimed at', 'aim', 'measured', 'met'],
      ...targets.map(({ what, aim, measured, met }) => [what, aim, measured.toFixed(2), met ? 'yes' : 'NO']),
    ],
    markdown,
  )

const grid = (lines: readonly (readonly string[])[], markdown: boolean): string => {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map(line => line[column]!.length)))
  const pad = (cell: string, column: number) =>
    column ? cell.padStart(widths[column]!) : cell.padEnd(widths[0]!)
  const [head = '', ...body] = lines.map(line => line.map(pad).join(markdown ? ' | ' : '  '))
  if (!markdown) return [head, '-'.repeat(head.length), ...body].join('\n')
  const rule = widths.map((width, column) => '-'.repeat(width - 1) + (column ? ':' : '-')).join(' | ')
  return [head, rule, ...body].map(line => `| ${line} |`).join('\n')
}
