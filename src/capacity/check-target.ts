import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { AppError } from '../errors.ts'
import { mayConnectTo } from '../platform/network-address.ts'
import type { Ask } from './ask.ts'

/** The origin of what was typed. @throws AppError `invalid_request` */
export function readTarget(text: string): string {
  const url = URL.parse(text)
  const plain =
    url && /^https?:$/.test(url.protocol) && !url.username && !url.password && url.pathname === '/'
  if (!plain || url.search || url.hash) {
    const sentence =
      'The URL must be the address of a Gatepass, such as https://id.example.com, without a path.'
    throw new AppError('invalid_request', sentence)
  }
  return url.origin
}

/** Whether anybody on the internet could be meant. */
export async function isPublic(origin: string): Promise<boolean> {
  const host = new URL(origin).hostname.replace(/^\[|\]$/g, '')
  if (isIP(host)) return mayConnectTo(host, false)
  if (host === 'localhost' || host.endsWith('.localhost')) return false
  // A name that is not known is told of by whoever asks for it.
  const found = await lookup(host, { all: true }).catch(() => [])
  return found.some(({ address }) => mayConnectTo(address, false))
}

/** @throws AppError where something else answers, or nothing. */
export async function requireGatepass(ask: Ask, origin: string): Promise<void> {
  const { status, body, traceId } = await ask({ path: '/healthz' })
  if (status === 200 && traceId !== undefined && /"status"\s*:\s*"ok"/.test(body)) return
  throw new AppError('invalid_request', `What answers at ${origin} is not a Gatepass (/healthz: ${status}).`)
}
