import type { FastifyReply } from 'fastify'
import type { Project } from '../projects/project.ts'
import { languageOfRequest } from './language-of-request.ts'
import type { Words } from './languages/languages.ts'

/**
 * Sends a page of ours in the language of whoever asks: no scripts, nothing inline, not framed by others, not kept by
 * caches.
 */
export function sendPage(
  reply: FastifyReply,
  project: Project | undefined,
  page: (words: Words) => string,
  options: {
    readonly referrer?: 'same-origin' | 'strict-origin'
    /** An origin that a form of the page ends at. */
    readonly formsLeadTo?: string | undefined
  } = {},
): FastifyReply {
  const { referrer = 'same-origin', formsLeadTo } = options
  // Browsers hold a form to form-action through its redirects, and the sign-out form ends at the logout URL.
  const logout = project?.logoutUrl ? ` ${new URL(project.logoutUrl).origin}` : ''
  const further = formsLeadTo === undefined ? '' : ` ${formsLeadTo}`
  const policy =
    "default-src 'none'; style-src 'self'; font-src 'self'; media-src 'self'; img-src 'self' data: https:; " +
    `form-action 'self'${logout}${further}; frame-ancestors 'self'; base-uri 'none'`
  const { words, varies } = languageOfRequest(reply.request)
  if (varies) reply.header('vary', 'Accept-Language')
  return reply
    .header('content-language', words.tag)
    .header('content-security-policy', policy)
    .header('cache-control', 'no-store')
    .header('referrer-policy', referrer)
    .type('text/html; charset=utf-8')
    .send(page(words))
}
