import { timeOrderedBytes } from './random.ts'

/** A new trace ID: 32 hexadecimal digits (the trace-id of W3C Trace Context), in order of time. */
export function newTraceId(now: number): string {
  return timeOrderedBytes(16, now).toString('hex')
}

export function isTraceId(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text)
}
