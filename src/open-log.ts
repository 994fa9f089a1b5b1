import { hostname } from 'node:os'
import { type DestinationStream, type Logger, pino } from 'pino'

/** A pipe takes so many bytes in one piece: lines of several processes never run into each other. */
const PIECE = 4096

/** Logs to stdout, one JSON object a line. @param worker its number, where several processes share stdout */
export function openLog({ logLevel }: { logLevel: string }, worker?: number): Logger {
  const destination = pino.destination({ dest: 1, sync: false, ...(worker && { maxWrite: PIECE }) })
  return pino(
    { level: logLevel, base: { pid: process.pid, hostname: hostname(), ...(worker && { worker }) } },
    destination as DestinationStream,
  )
}
