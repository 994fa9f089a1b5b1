// Many rounds into one row each, and what the rows say against what is aimed at.
import type { Drive } from './load.ts'
import type { Kind } from './subjects.ts'

export interface Measurement extends Drive {
  name: string
  /** Microseconds of the server's CPU time in this round. */
  cpu: number | undefined
  /** How many cores other programs used meanwhile; NaN where that is not known. */
  neighbours: number
}

export interface Measured {
  readonly name: string
  readonly kind: Kind
  readonly requests: number
  readonly durable: boolean | undefined
  readonly peer?: string
}

export type Row = ReturnType<typeof summarize>[number]

const rival = 'oidc-provider, memory'
const durableRival = 'oidc-provider, SQLite'
const bare = 'a bare Fastify answer'

export const summarize = (subjects: readonly Measured[], measurements: readonly Measurement[]) => {
  const rows = subjects.map(({ name, kind, requests, durable, peer }) => {
    const rounds = measurements.filter(round => round.name === name)
    const cpus = rounds.flatMap(({ cpu, count }) => (cpu === undefined || !count ? [] : [cpu / count]))
    const rates = rounds.map(round => round.perSecond)
    return {
      name,
      kind,
      requests,
      durable,
      peer,
      perSecond: median(rates),
      spread: Math.max(...rates) - Math.min(...rates),
      p50: median(rounds.map(round => round.p50)),
      p99: median(rounds.map(round => round.p99)),
      cpuEach: cpus.length ? median(cpus) : undefined,
      /** How much of its core the server used; well under 1 it waited, for the disk or for the load. */
      busy: cpus.length ? median(rounds.map(({ cpu = 0, seconds }) => cpu / 1e6 / seconds)) : undefined,
      count: rounds.reduce((sum, { count }) => sum + count, 0),
      failures: rounds.reduce((sum, { failures }) => sum + failures, 0),
      problems: [...new Set(rounds.flatMap(round => round.problems))],
    }
  })
  const named = (name: string | undefined) => rows.find(row => row.name === name)
  return rows.map(row => {
    const against = row.kind === 'handoff' ? named(rival) : named(row.peer)
    return {
      ...row,
      /** Times the rate of oidc-provider at the same work, with its memory adapter. */
      toPeer: ratio(row.perSecond, against?.perSecond),
      /** How many times as much CPU time the peer needs for it: neighbours change this least. */
      cpuToPeer: ratio(against?.cpuEach, row.cpuEach),
      toDurable: row.kind === 'handoff' ? ratio(row.perSecond, named(durableRival)?.perSecond) : undefined,
      toBare: row.kind === 'answer' ? ratio(row.perSecond, named(bare)?.perSecond) : undefined,
    }
  })
}

export interface Target {
  readonly what: string
  readonly aim: string
  readonly measured: number
  readonly met: boolean
}

/** What Gatepass aims at, on one server core at 32 connections. Rows that were not measured are left out. */
export const targets = (rows: readonly Row[]): Target[] => {
  const named = (name: string) => rows.find(row => row.name === name)
  const atLeast = (name: string, what: string, value: (row: Row) => number | undefined, aim: number) => {
    const row = named(name)
    const measured = row && value(row)
    if (measured === undefined) return []
    return [{ what, aim: `at least ${aim}`, measured, met: measured >= aim }]
  }
  const atMost = (name: string, what: string, value: (row: Row) => number, aim: number) => {
    const row = named(name)
    if (!row) return []
    return [{ what, aim: `at most ${aim}`, measured: value(row), met: value(row) <= aim }]
  }
  const hosted = 'gatepass, hosted site'
  const { toPeer, toDurable, toBare, p99 } = {
    toPeer: (row: Row) => row.toPeer,
    toDurable: (row: Row) => row.toDurable,
    toBare: (row: Row) => row.toBare,
    p99: (row: Row) => row.p99,
  }
  return [
    ...atLeast(hosted, 'hosted handoff, times oidc-provider in memory', toPeer, 8),
    ...atLeast(hosted, 'hosted handoff, times oidc-provider on SQLite', toDurable, 30),
    ...atMost(hosted, 'hosted handoff, p99 in ms', p99, 12),
    ...atLeast('gatepass, OIDC code flow', 'OIDC code flow, times oidc-provider in memory', toPeer, 4),
    ...atMost('gatepass, code generation', 'code generation, p99 in ms', p99, 10),
    ...atLeast('gatepass, session check', 'session check, times a bare Fastify answer', toBare, 0.5),
    ...atLeast('gatepass, userinfo', 'userinfo, times oidc-provider', toPeer, 4),
    ...atLeast('gatepass, introspection', 'introspection, times oidc-provider', toPeer, 4),
  ]
}

const median = (numbers: number[]) => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

const ratio = (a: number | undefined, b: number | undefined) => (a && b ? a / b : undefined)
