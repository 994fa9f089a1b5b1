// Where the central login page may send a browser with a token: to an address that a project has named, and nowhere else.
import type { Project } from './project.ts'
import type { Registry } from './registry.ts'

export interface Target {
  readonly allowed: true
  readonly project: Project
  /** As it was sent, without a token of an earlier sign-in. */
  readonly url: string
  readonly origin: string
}

/** A target that is not allowed; `project`: the one whose host it names, for its timeline. */
export interface NoTarget {
  readonly allowed: false
  readonly project: Project | undefined
}

/** Query parameters that carry the token: both have it, older clients read the second. */
export const TOKEN_PARAMETERS = ['ssoToken', 'ssoSessionId'] as const

/**
 * The project that a target belongs to: its site URL, an allowed redirect or a redirect URI of one of its clients has the
 * same scheme, host and port, and a path that the target's begins with, on the boundary of a segment. One that names a
 * query is compared whole. Where several fit, the longest path decides.
 * @param sent an absolute URL, or one in base64 or base64url
 */
export function findTarget(registry: Registry, sent: unknown): Target | NoTarget {
  const url = readTarget(sent)
  if (!url) return { allowed: false, project: projectOfHost(registry, sent) }
  let found: { project: Project; length: number } | undefined
  let sameHost: Project | undefined
  for (const project of registry.projects()) {
    for (const allowed of allowedUrls(registry, project)) {
      if (allowed.host === url.host) sameHost ??= project
      if (!covers(allowed, url)) continue
      const { length } = allowed.pathname
      if (!found || length > found.length) found = { project, length }
    }
  }
  if (!found) return { allowed: false, project: sameHost }
  return { allowed: true, project: found.project, url: withoutTokens(url.href), origin: url.origin }
}

/** Whether a page of this origin may be one of a project's. */
export function isOriginOfProject(registry: Registry, origin: string): boolean {
  return registry
    .projects()
    .some(project => allowedUrls(registry, project).some(allowed => allowed.origin === origin))
}

/** The target with the token added to its query. */
export function withToken(url: string, token: string): string {
  const [address = '', fragment] = splitAt(url, '#')
  const added = TOKEN_PARAMETERS.map(name => `${name}=${token}`).join('&')
  const joint = !address.includes('?') ? '?' : /[?&]$/.test(address) ? '' : '&'
  return address + joint + added + (fragment === undefined ? '' : `#${fragment}`)
}

/** Whom a target that cannot be read was meant for, as far as it can be told. */
function projectOfHost(registry: Registry, sent: unknown): Project | undefined {
  const host = typeof sent === 'string' ? URL.parse(sent)?.host : undefined
  return host ? registry.projectByHost(host) : undefined
}

/** What is sent must be what a parser makes of it: every trick is a difference between the two. */
function readTarget(sent: unknown): URL | undefined {
  if (typeof sent !== 'string' || sent.length === 0 || sent.length > 4096) return undefined
  const text = /^https?:/i.test(sent) ? sent : fromBase64(sent)
  if (text === undefined || text.length > 2048 || !/^[\x21-\x7e]+$/.test(text)) return undefined
  if (/[\\"<>^`{|}]/.test(text)) return undefined
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password) return undefined
  if (url.href !== text && url.href !== withSlash(text)) return undefined
  // What other parsers would take for a step up, a separator or the end of a name.
  if (/%(?:2e|2f|5c|25|0|1|7f)|\/\/|\/\.\.?(?:[;/]|$)/i.test(url.pathname)) return undefined
  return url
}

/** `https://host?x` and `https://host/?x` are the same. */
function withSlash(text: string): string {
  return text.replace(/^(https?:\/\/[^/?#]+)(?=[?#]|$)/, '$1/')
}

function fromBase64(sent: string): string | undefined {
  // A plus sign in a query that nobody encoded has become a blank.
  const text = sent.replaceAll(' ', '+')
  const encoding = /[-_]/.test(text) ? 'base64url' : 'base64'
  const bytes = Buffer.from(text, encoding)
  if (bytes.toString(encoding).replaceAll('=', '') !== text.replace(/={0,2}$/, '')) return undefined
  const decoded = bytes.toString('utf8')
  return /^https?:/i.test(decoded) ? decoded : undefined
}

function allowedUrls(registry: Registry, project: Project): URL[] {
  const clients = registry.clientsOf(project.id).flatMap(client => client.redirectUris)
  return [project.siteUrl, ...project.allowedRedirects, ...clients].flatMap(text => URL.parse(text) ?? [])
}

function covers(allowed: URL, url: URL): boolean {
  if (allowed.origin === 'null' || allowed.origin !== url.origin) return false
  if (allowed.search !== '') return allowed.pathname === url.pathname && allowed.search === url.search
  const folder = allowed.pathname.replace(/\/?$/, '/')
  return url.pathname === allowed.pathname || url.pathname.startsWith(folder)
}

/** A service that sends the address it was asked for sends the token of the session before, too. */
function withoutTokens(url: string): string {
  const [address = '', fragment] = splitAt(url, '#')
  const [path = '', query] = splitAt(address, '?')
  const end = fragment === undefined ? '' : `#${fragment}`
  if (query === undefined) return url
  const kept = query.split('&').filter(part => !TOKEN_PARAMETERS.some(name => part.split('=')[0] === name))
  return path + (kept.length === 0 || kept.join('') === '' ? '' : `?${kept.join('&')}`) + end
}

function splitAt(text: string, sign: string): [string, string | undefined] {
  const at = text.indexOf(sign)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
