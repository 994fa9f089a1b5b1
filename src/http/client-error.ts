import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Clock } from '../platform/clock.ts'
import { newTraceId } from '../platform/trace-id.ts'

const refusals: Record<string, readonly [status: number, error: string, sentence: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_timeout', 'The request took too long to arrive.'],
  HPE_HEADER_OVERFLOW: [431, 'headers_too_large', 'The headers are larger than 16 KiB.'],
}
const unreadable = [400, 'invalid_request', 'The request is not HTTP that can be read.'] as const

/** Answers what never became a request: Node's parser gave it up. There is no reply to write to but the socket. */
export function createClientErrorHandler(clock: Clock) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return
    const [status, code, sentence] = refusals[error.code ?? ''] ?? unreadable
    const traceId = newTraceId(clock.now())
    const body = JSON.stringify({ error: code, error_description: sentence, trace_id: traceId })
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'content-type: application/json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'cache-control: no-store',
      `x-trace-id: ${traceId}`,
      'connection: close',
    ]
    // Ended and not destroyed: what is still on its way in would otherwise reset the answer.
    if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
    else socket.destroy()
  }
}
