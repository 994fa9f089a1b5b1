import type { Visit } from '../audit/attempts.ts'
import { type GeneratedCode, type MakingDeps, makeCode } from '../codes/make-code.ts'
import type { SsoStandard } from '../db/tables.ts'
import type { Project } from '../projects/project.ts'
import { externalIdOf, type Identity } from './identity-provider.ts'

/** What a browser brought from the site, and takes back there: its attempt, its binding and the page that it wants. */
export interface AskedFor {
  readonly state?: string | undefined
  readonly codeChallenge?: string | undefined
  readonly redirectPath?: string | undefined
}

/**
 * Hands an identity over to the site, as a login endpoint hands over its reader: a code for the callback. From here on
 * nothing knows by which standard somebody came.
 * `detail`: what else the attempt tells, such as the provider.
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
): Promise<GeneratedCode> {
  const known = new Set(project.groups.flatMap(({ id, slug }) => [id, slug]))
  // Providers have groups for everything: those that mean nothing here are not a mistake.
  const groups = identity.groups.filter(group => project.unknownGroups === 'create' || known.has(group))
  return await makeCode(
    deps,
    {
      project,
      standard,
      clientId: standard,
      secretId: null,
      detail: { ...detail, issuer: identity.issuer },
      alongside: async () => {},
    },
    {
      externalId: externalIdOf(identity),
      username: identity.username,
      firstName: identity.firstName,
      lastName: identity.lastName,
      emailId: identity.email,
      readerGroupIds: groups,
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
