import type { FastifyReply, FastifyRequest } from 'fastify'

/** Cookies of one origin: over TLS with the `__Host-` prefix, which binds them to exactly this host (RFC 6265bis, 4.1.3.2). */
export interface CookieJar {
  /** All cookies whose name begins so, with the rest of their names, in the order they came. */
  read(request: FastifyRequest, prefix: string): { rest: string; value: string }[]
  /** Sets a cookie for `seconds`; 0 deletes it. */
  set(reply: FastifyReply, name: string, value: string, seconds: number): void
}

export function cookieJar(origin: string): CookieJar {
  const secure = origin.startsWith('https:')
  const full = (name: string) => (secure ? `__Host-${name}` : name)
  return {
    read(request, prefix) {
      const wanted = full(prefix)
      return (request.headers.cookie ?? '').split(';').flatMap(pair => {
        const [name = '', ...value] = pair.trim().split('=')
        return name.startsWith(wanted) ? [{ rest: name.slice(wanted.length), value: value.join('=') }] : []
      })
    },
    set(reply, name, value, seconds) {
      const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`
      reply.header('set-cookie', `${full(name)}=${value}; ${attributes}`)
    },
  }
}
