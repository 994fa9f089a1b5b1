// Forms of the console are answered from its own pages alone; see http/form-tokens.ts.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../errors.ts'
import { carriesToken, comesFrom, formTokenOf, visitorSecrets } from '../http/form-tokens.ts'
import type { ConsoleCore } from './console-core.ts'

export { TOKEN_FIELD } from '../http/form-tokens.ts'

const VISITOR = 'gatepass_console_visitor'
const PURPOSE = 'console form'

/** The token for forms of a browser that holds this secret. */
export function formToken(secret: string): string {
  return formTokenOf(secret, PURPOSE)
}

/** The secret of a browser that is not signed in; set where it has none yet. */
export function visitorSecret(core: ConsoleCore, request: FastifyRequest, reply: FastifyReply): string {
  return visitorSecrets(core.issuer, VISITOR).ensure(request, reply)
}

/**
 * Lets a writing request pass only from a page of ours, in the browser that it was made for.
 * @throws AppError `access_denied`.
 */
export function refuseForgery(
  core: ConsoleCore,
  request: FastifyRequest,
  sessionSecret: string | undefined,
): void {
  if (comesFrom(request, core.issuer) === 'elsewhere') throw foreign(core.issuer)
  if (!carriesToken(request, sessionSecret ?? visitorSecrets(core.issuer, VISITOR).read(request), PURPOSE)) {
    throw new AppError(
      'access_denied',
      'This form is too old or was opened in another browser. Load the page again.',
    )
  }
}

function foreign(issuer: string): AppError {
  return new AppError(
    'access_denied',
    `This form did not come from the console. Open it at ${issuer}/console.`,
  )
}
