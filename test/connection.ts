// One keep-alive HTTP connection, with the Host header free to choose: how one process on 127.0.0.1 is asked
// as the identity server or as any site. Light, because the load of bench/ goes through it too.
import type { IncomingHttpHeaders } from 'node:http'
import { Client } from 'undici'

export interface Ask {
  method?: 'GET' | 'POST' | 'HEAD'
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

export type Send = (ask: Ask) => Promise<Answer>

export interface Connection {
  send: Send
  close(): Promise<void>
}

/** Opens a connection to `origin`, say `http://127.0.0.1:3000`. `send` rejects when no whole answer came. */
export const openConnection = (origin: string): Connection => {
  const client = new Client(origin, { pipelining: 1, headersTimeout: 30_000, bodyTimeout: 30_000 })
  return {
    send: ({ method = 'GET', path, headers, body }) =>
      new Promise((resolve, reject) => {
        const answer: Answer = { status: 0, headers: {}, body: '' }
        client.dispatch(
          { method, path, headers, body },
          {
            onRequestStart() {},
            onResponseStart(_controller, status, headers) {
              answer.status = status
              answer.headers = headers
            },
            onResponseData(_controller, chunk) {
              answer.body += chunk.toString()
            },
            onResponseEnd: () => resolve(answer),
            onResponseError: (_controller, error) => reject(error),
          },
        )
      }),
    close: () => client.destroy(),
  }
}

/** The cookies that an answer sets, by name; a cleared one is the empty string. */
export const cookiesSet = ({ headers }: Answer): Record<string, string> => {
  return Object.fromEntries(
    [headers['set-cookie'] ?? []].flat().map(line => {
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}
