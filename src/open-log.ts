import { hostname } from 'node:os'
import { type DestinationStream, type Logger, pino } from 'pino'

/** A pipe takes so many bytes in one piece: lines of several processes never run into each other. */
const PIECE = 4096

// A write for each line took a fifth of the server's time: lines of a few milliseconds are written together. What waits
// is written when the process ends, by an error that nobody caught too.
const together = { minLength: 2048, periodicFlush: 10 }

/** Logs to stdout, one JSON object a line. @param worker its number, where several processes share stdout */
export function openLog({ logLevel }: { logLevel: string }, worker?: number): Logger {
  const destination = pino.destination({
    dest: 1,
    sync: false,
    ...together,
    ...(worker && { maxWrite: PIECE }),
  })
  return pino(
    { level: logLevel, base: { pid: process.pid, hostname: hostname(), ...(worker && { worker }) } },
    destination as DestinationStream,
  )
}
