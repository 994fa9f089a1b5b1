import type { FastifyReply } from 'fastify'

// Scripts of ours only, from files; nothing inline, nothing framed, nothing kept.
const policy =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: https:; form-action 'self'; " +
  "frame-ancestors 'none'; base-uri 'none'"

export function sendPage(reply: FastifyReply, page: string): FastifyReply {
  return reply
    .header('content-security-policy', policy)
    .header('x-frame-options', 'DENY')
    .header('cross-origin-opener-policy', 'same-origin')
    .header('referrer-policy', 'same-origin')
    .type('text/html; charset=utf-8')
    .send(page)
}

/** Leads on after a form: the browser asks for the page anew, so that a reload repeats nothing. */
export function goTo(reply: FastifyReply, path: string, done?: string): FastifyReply {
  const at = done === undefined ? path : `${path}${path.includes('?') ? '&' : '?'}done=${done}`
  return reply.redirect(at, 303)
}
