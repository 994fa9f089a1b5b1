import type { IncomingMessage } from 'node:http'
import { compile } from '@fastify/proxy-addr'

/** The Host that the browser asked for, lower case and without the scheme's own port; forwarded ones only from a proxy that is trusted. */
export type HostReader = (request: IncomingMessage) => string

export function createHostReader(trustProxy: false | string[]): HostReader {
  const trusts = trustProxy ? compile(trustProxy) : () => false
  return request => {
    const forwarded = request.headers['x-forwarded-host']
    const believed = typeof forwarded === 'string' && trusts(request.socket.remoteAddress ?? '', 0)
    const host = (believed ? forwarded.split(',').at(-1)!.trim() : request.headers.host) ?? ''
    return host.toLowerCase().replace(/:(80|443)$/, '')
  }
}

/** Whether the header Host stands there more than once. */
export function hasSeveralHosts({ rawHeaders }: IncomingMessage): boolean {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  return hosts > 1
}
