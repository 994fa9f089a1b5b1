import type { FastifyReply } from 'fastify'
import type { Project } from '../projects/project.ts'

/** Sends a page of ours: no scripts, nothing inline, not framed by others, not kept by caches. */
export function sendPage(
  reply: FastifyReply,
  project: Project | undefined,
  page: string,
  referrer: 'same-origin' | 'strict-origin' = 'same-origin',
  /** Checked URLs elsewhere that a form of the page leads to in the end. */
  formTargets: readonly string[] = [],
): FastifyReply {
  // Browsers hold a form to form-action through its redirects, and the sign-out form ends at the logout URL.
  const targets = project?.logoutUrl ? [...formTargets, project.logoutUrl] : formTargets
  const elsewhere = targets.map(url => ` ${new URL(url).origin}`).join('')
  const policy =
    "default-src 'none'; style-src 'self'; font-src 'self'; media-src 'self'; img-src 'self' data: https:; " +
    `form-action 'self'${elsewhere}; frame-ancestors 'self'; base-uri 'none'`
  return reply
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('referrer-policy', referrer)
    .type('text/html; charset=utf-8')
    .send(page)
}
