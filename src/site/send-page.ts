import type { FastifyReply } from 'fastify'
import type { Project } from '../projects/project.ts'

/** Sends a page of ours: no scripts, nothing inline, not framed by others, not kept by caches. */
export function sendPage(
  reply: FastifyReply,
  project: Project | undefined,
  page: string,
  referrer: 'same-origin' | 'strict-origin' = 'same-origin',
): FastifyReply {
  // Browsers hold a form to form-action through its redirects, and the sign-out form ends at the logout URL.
  const logout = project?.logoutUrl ? ` ${new URL(project.logoutUrl).origin}` : ''
  const policy =
    "default-src 'none'; style-src 'self'; font-src 'self'; media-src 'self'; img-src 'self' data: https:; " +
    `form-action 'self'${logout}; frame-ancestors 'self'; base-uri 'none'`
  return reply
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('referrer-policy', referrer)
    .type('text/html; charset=utf-8')
    .send(page)
}
