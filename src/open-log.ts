import { hostname } from 'node:os'
import { type DestinationStream, type Logger, pino } from 'pino'

/** A pipe takes so many bytes in one piece: lines of several processes never run into each other. */
const PIECE = 4096

// A write for each line took a fifth of the server's time, and each write wakes a thread: the lines of some milliseconds
// are written together. What waits is written when the process ends, by an error that nobody caught too.
const PERIOD = 10
const TOGETHER = 12_288

/** Logs to stdout, one JSON object a line. @param worker its number, where several processes share stdout */
export function openLog({ logLevel }: { logLevel: string }, worker?: number): Logger {
  const destination = pino.destination({
    dest: 1,
    sync: false,
    periodicFlush: PERIOD,
    ...(worker ? { minLength: PIECE / 2, maxWrite: PIECE } : { minLength: TOGETHER }),
  })
  return pino(
    { level: logLevel, base: { pid: process.pid, hostname: hostname(), ...(worker && { worker }) } },
    destination as DestinationStream,
  )
}
