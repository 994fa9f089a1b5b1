// Requests to an installation whose capacity is measured: few kept connections, as much as they carry, nothing followed.
import { Agent as HttpAgent, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { AppError } from '../errors.ts'

export interface Question {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Reply {
  readonly status: number
  readonly body: string
  /** Gatepass answers nothing without one. */
  readonly traceId: string | undefined
}

/** @throws AppError `temporarily_unavailable`, with a sentence for whoever typed the URL, where no whole answer came. */
export type Ask = (question: Question) => Promise<Reply>

/** Milliseconds. */
const PATIENCE = 10_000
const MOST_BYTES = 1024 * 1024

/** @param origin such as `https://id.example.com` */
export function openAsk(origin: string, connections: number): { ask: Ask; close(): void } {
  const { protocol, hostname, port, host } = new URL(origin)
  const https = protocol === 'https:'
  const options = { keepAlive: true, maxSockets: connections }
  const agent = https ? new HttpsAgent(options) : new HttpAgent(options)
  const request = https ? requestHttps : requestHttp
  const address = { hostname: hostname.replace(/^\[|\]$/g, ''), port, agent, timeout: PATIENCE }

  const ask: Ask = ({ method = 'GET', path, headers = {}, body }) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const sent = request({ ...address, method, path, headers: { host, ...headers, ...length } }, answer => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (piece: string) => {
          text += piece
          if (text.length > MOST_BYTES) answer.destroy(new Error('the answer does not end'))
        })
        answer.on('error', fail)
        answer.on('end', () => {
          const traceId = answer.headers['x-trace-id']
          resolve({ status: answer.statusCode ?? 0, body: text, traceId: traceId && String(traceId) })
        })
      })
      const fail = (cause: NodeJS.ErrnoException) =>
        reject(new AppError('temporarily_unavailable', whyNoAnswer(origin, cause), { cause }))
      sent.on('error', fail)
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${PATIENCE / 1000} seconds`)))
      sent.end(body)
    })
  return { ask, close: () => agent.destroy() }
}

function whyNoAnswer(origin: string, { code = '', message }: NodeJS.ErrnoException): string {
  if (code === 'ECONNREFUSED')
    return `Nothing listens at ${origin}. Is the server running, and the port right?`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The name in ${origin} is not known.`
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code)) {
    return `The certificate of ${origin} is not trusted (${code}). For one of your own, name its authority in NODE_EXTRA_CA_CERTS.`
  }
  if (code === 'EPROTO' || /wrong version number/.test(message)) {
    return `${origin} does not speak TLS there. Is it http: rather than https:?`
  }
  return `${origin} gave no answer: ${code || message}.`
}
