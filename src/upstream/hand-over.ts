import type { Visit } from '../audit/attempts.ts'
import { type GeneratedCode, type MakingDeps, makeCode } from '../codes/make-code.ts'
import type { SsoStandard } from '../db/tables.ts'
import type { Project } from '../projects/project.ts'
import type { Identity } from './identity-provider.ts'
import { pushOfIdentity } from './push-of-identity.ts'

/** What a browser brought from the site, and takes back there: its attempt, its binding and the page that it wants. */
export interface AskedFor {
  readonly state?: string | undefined
  readonly codeChallenge?: string | undefined
  readonly redirectPath?: string | undefined
}

/**
 * Hands an identity over to the site, as a login endpoint hands over its reader: a code for the callback.
 * `detail`: what else the attempt tells, such as the provider. `centralKey`: the account session that ends what comes of it.
 * @throws AppError as `generateCode`; why stands in the attempt.
 */
export async function handOver(
  deps: MakingDeps,
  project: Project,
  standard: SsoStandard,
  identity: Identity,
  asked: AskedFor,
  detail: Readonly<Record<string, unknown>>,
  visit: Visit,
  centralKey?: Uint8Array,
): Promise<GeneratedCode> {
  return await makeCode(
    deps,
    {
      project,
      standard,
      clientId: standard,
      secretId: null,
      detail: { ...detail, issuer: identity.issuer },
      alongside: async () => {},
      ...(centralKey && { centralKey }),
    },
    {
      ...pushOfIdentity(project, identity),
      ...(asked.state !== undefined && { state: asked.state }),
      ...(asked.codeChallenge !== undefined && {
        codeChallenge: asked.codeChallenge,
        codeChallengeMethod: 'S256',
      }),
      ...(asked.redirectPath !== undefined && { redirectUrl: asked.redirectPath }),
    },
    visit,
  )
}
