import { timeOrderedBytes } from './random.ts'

const TIME_DIGITS = 12

/** A new trace ID: 32 hexadecimal digits (the trace-id of W3C Trace Context), in order of time. */
export function newTraceId(now: number): string {
  return timeOrderedBytes(16, now).toString('hex')
}

export function isTraceId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text)
}

/** The trace ID in what people paste: the ID alone, or a line of a log or an error page with it. */
export function readTraceId(pasted: string): string | undefined {
  return /(?<![0-9a-z_])[0-9a-f]{32}(?![0-9a-z_])/i.exec(pasted.slice(0, 10_000))?.[0].toLowerCase()
}

/** What every trace ID of this moment (milliseconds) or later sorts behind, and every earlier one before. */
export function firstTraceIdAt(moment: number): string {
  const bounded = Math.min(Math.max(0, Math.trunc(moment)), 2 ** 48 - 1)
  return bounded.toString(16).padStart(TIME_DIGITS, '0')
}

/** When a trace ID was made, in milliseconds since the epoch. */
export function momentOfTraceId(traceId: string): number {
  return Number.parseInt(traceId.slice(0, TIME_DIGITS), 16)
}
