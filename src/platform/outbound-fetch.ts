// The one way out. Where a request goes was typed by somebody else (a logout URI, metadata, keys), so the name is
// resolved once, every address it has is checked, and the connection goes to those very addresses: a name that means
// something else a moment later (DNS rebinding) changes nothing. Redirects are answers, never followed.
import { lookup as systemLookup } from 'node:dns/promises'
import { type IncomingHttpHeaders, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { mayConnectTo } from './network-address.ts'

export interface OutboundRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface OutboundAnswer {
  /** Any status, 3xx too. */
  readonly status: number
  /** Lower-case names; bytes, not text: a sender may put anything into them. */
  readonly headers: IncomingHttpHeaders
  /** UTF-8 text. */
  readonly body: string
}

/** One request out, over in 5 seconds. @throws OutboundError where no whole answer came. */
export type OutboundFetch = (url: string, request?: OutboundRequest) => Promise<OutboundAnswer>

export type OutboundProblem =
  | 'url_refused'
  | 'name_unknown'
  | 'address_refused'
  | 'no_connection'
  | 'too_slow'
  | 'answer_too_large'

/** Why no answer came. The message is safe to show to whoever configured the address. */
export class OutboundError extends Error {
  readonly problem: OutboundProblem

  constructor(problem: OutboundProblem, sentence: string, cause?: unknown) {
    super(sentence, { cause })
    this.name = 'OutboundError'
    this.problem = problem
  }
}

/** All addresses of a name; rejects for an unknown one. */
export type Resolve = (name: string) => Promise<readonly string[]>

export interface OutboundOptions {
  /** Loopback and private ranges may be reached; metadata and the like never. */
  readonly allowPrivateNetworks: boolean
  readonly resolve?: Resolve
  /** Milliseconds in all: resolving, connecting, sending, the whole answer. */
  readonly timeLimit?: number | undefined
  /** Bytes. */
  readonly answerLimit?: number
}

export function createOutboundFetch(options: OutboundOptions): OutboundFetch {
  const { allowPrivateNetworks, resolve = resolveByTheSystem } = options
  const { timeLimit = 5_000, answerLimit = 256 * 1024 } = options

  return async (address, request = {}) => {
    const url = readUrl(address)
    const expiry = new AbortController()
    const timer = setTimeout(() => expiry.abort(), timeLimit)
    try {
      const addresses = await inTime(expiry.signal, resolveChecked(url, resolve, allowPrivateNetworks))
      return await exchange(url, request, addresses, answerLimit, expiry.signal)
    } catch (error) {
      if (expiry.signal.aborted) throw new OutboundError('too_slow', `no whole answer in ${timeLimit} ms`)
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

function readUrl(address: string): URL {
  const url = URL.parse(address)
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) {
    throw new OutboundError('url_refused', 'not an http or https URL without credentials')
  }
  return url
}

/** The addresses to connect to. One that may not be reached spoils them all: an honest name has no such address. */
async function resolveChecked(
  url: URL,
  resolve: Resolve,
  allowPrivateNetworks: boolean,
): Promise<readonly string[]> {
  // The URL parser has turned every spelling of an IPv4 address (0x7f.1, 017700000001) into the usual one.
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [host] : await addressesOf(host, resolve)
  const refused = addresses.find(each => !mayConnectTo(each, allowPrivateNetworks))
  if (refused !== undefined) {
    throw new OutboundError('address_refused', `${url.hostname} leads to an address that may not be reached`)
  }
  return addresses
}

async function addressesOf(name: string, resolve: Resolve): Promise<readonly string[]> {
  // RFC 6761, section 6.3: never asked of a name server, and systems differ in whether they know them.
  if (/(^|\.)localhost\.?$/.test(name)) return ['127.0.0.1', '::1']
  const addresses = await resolve(name).catch(cause => {
    throw new OutboundError('name_unknown', `the name ${name} has no address`, cause)
  })
  if (addresses.length === 0) throw new OutboundError('name_unknown', `the name ${name} has no address`)
  return addresses
}

async function resolveByTheSystem(name: string): Promise<readonly string[]> {
  return (await systemLookup(name, { all: true })).map(each => each.address)
}

function exchange(
  url: URL,
  request: OutboundRequest,
  addresses: readonly string[],
  answerLimit: number,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const { method = 'GET', headers = {}, body } = request
  const options: RequestOptions = {
    method,
    headers: {
      'user-agent': 'Gatepass',
      ...headers,
      ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
    },
    lookup: pinTo(addresses),
    // A connection kept for the next request would skip the next check.
    agent: false,
    signal,
  }
  return new Promise((resolve, reject) => {
    const failed = (cause: Error) => {
      const code = (cause as NodeJS.ErrnoException).code ?? 'no reason given'
      reject(new OutboundError('no_connection', `no answer from ${url.host} (${code})`, cause))
    }
    const sent = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, answer => {
      const chunks: Buffer[] = []
      let size = 0
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > answerLimit) {
          reject(new OutboundError('answer_too_large', `more than ${answerLimit} bytes of answer`))
          sent.destroy()
          return
        }
        chunks.push(chunk)
      })
      answer.on('end', () => {
        const { statusCode: status, headers } = answer
        resolve({ status: status!, headers, body: Buffer.concat(chunks).toString() })
      })
      answer.on('error', failed)
    })
    sent.on('error', failed)
    sent.end(body)
  })
}

/** Stands in for the resolver of the connection: what was checked is what is connected to. */
function pinTo(addresses: readonly string[]): LookupFunction {
  const all = addresses.map(address => ({ address, family: isIP(address) }))
  return (_, options, done) => {
    if (options.all) done(null, all)
    else done(null, all[0]!.address, all[0]!.family)
  }
}

function inTime<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}
