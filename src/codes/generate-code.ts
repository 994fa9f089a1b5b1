import type { Visit } from '../audit/attempts.ts'
import type { AuthenticatedClient } from '../projects/client-secrets.ts'
import { touchSecret } from '../projects/touch-secret.ts'
import { type GeneratedCode, type MakingDeps, makeCode } from './make-code.ts'
import type { Push } from './read-push.ts'

/**
 * Takes a pushed reader and makes the code that opens the site to them (contract, section 1).
 * @throws AppError `access_denied`, `invalid_request`, `slow_down`; why stands in the attempt.
 */
export async function generateCode(
  deps: MakingDeps,
  { client, secret }: AuthenticatedClient,
  push: Push,
  visit: Visit,
): Promise<GeneratedCode> {
  return await makeCode(
    deps,
    {
      project: client.project,
      standard: 'jwt',
      clientId: client.id,
      secretId: secret.id,
      detail: {},
      alongside: (tx, { now }) => touchSecret(tx, secret, now),
    },
    push,
    visit,
  )
}
