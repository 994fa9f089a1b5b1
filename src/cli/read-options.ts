import { InvalidArgumentError } from 'commander'
import type { PathRule } from '../projects/project.ts'

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `90s`, `30m`, `24h`, `7d` or `0`, in milliseconds; a year at most. */
export function readDuration(text: string): number {
  const match = /^(\d{1,6})([smhd])$/.exec(text)
  const milliseconds = text === '0' ? 0 : match && Number(match[1]) * units[match[2] as keyof typeof units]
  if (milliseconds === null || milliseconds > 366 * units.d) {
    throw new InvalidArgumentError('Write a duration such as 90s, 30m, 24h, 7d or 0, at most a year.')
  }
  return milliseconds
}

/** `2026-11-22`, or `2026-11-22T09:00Z` with an offset or Z, in milliseconds since the epoch; a day begins in UTC. */
export function readMoment(text: string): number {
  const known = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?$/.test(text)
  const milliseconds = known ? Date.parse(text) : Number.NaN
  if (!Number.isFinite(milliseconds) || milliseconds < 0) {
    throw new InvalidArgumentError('Write a time such as 2026-11-22 or 2026-11-22T09:00Z.')
  }
  return milliseconds
}

export function readSwitch(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('Write on or off.')
  return text === 'on'
}

export function readCount(text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('Write a whole number from 1.')
  return Number(text)
}

/** `/internal/*=staff,partners`, given once for each rule; nothing at all takes all rules away. */
export function readPathRule(text: string, before: PathRule[] = []): PathRule[] {
  if (text === '') return []
  const equals = text.lastIndexOf('=')
  const groups = text
    .slice(equals + 1)
    .split(',')
    .filter(slug => slug !== '')
  if (equals < 1 || groups.length === 0)
    throw new InvalidArgumentError('Write a rule such as /internal/*=staff,partners.')
  return [...before, { path: text.slice(0, equals), groups }]
}

/** One value for each time that the option is given; nothing at all takes all values away. */
export function collect(text: string, before: string[] = []): string[] {
  return text === '' ? [] : [...before, text]
}
