import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Administrator } from '../administrators/administrator.ts'
import type { AdministratorLink } from '../administrators/administrator-links.ts'
import type { ConsoleCore } from './console-core.ts'
import { showOnce } from './show-once.ts'

/** Shows a one-time link on the next page, with what to tell whoever it is for. */
export function showLink(
  core: ConsoleCore,
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  administrator: Administrator,
  link: AdministratorLink,
): void {
  const until = new Date(link.expiresAt).toISOString().slice(0, 16).replace('T', ' ')
  showOnce(core, request, reply, path, {
    label: 'One-time link',
    value: `${core.issuer}/console/welcome?token=${link.token}`,
    hint:
      `Send it to ${administrator.name} yourself, where only they can read it: Gatepass sends no mail. Tell them: “Open this link and ` +
      `choose a password. It works once, until ${until} UTC. Afterwards sign in at ${core.issuer}/console with ` +
      `${administrator.email}.” Earlier links for them are void.`,
  })
}
