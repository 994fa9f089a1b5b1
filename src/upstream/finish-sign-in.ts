import type { Visit } from '../audit/attempts.ts'
import type { MakingDeps } from '../codes/make-code.ts'
import { AppError } from '../errors.ts'
import type { Project } from '../projects/project.ts'
import type { Registry } from '../projects/registry.ts'
import { handOver } from './hand-over.ts'
import type { Identity, IdentityProvider } from './identity-provider.ts'
import type { UpstreamSignIn } from './upstream-sign-in.ts'

interface Deps extends MakingDeps {
  readonly registry: Registry
  readonly issuer: string
}

/**
 * Hands over whom the provider vouches for, by the settings of this moment: the reader has taken their time.
 * @returns where the browser goes on: to the callback, with a code.
 * @throws AppError as `generateCode`; why stands in the attempt.
 */
export async function finishSignIn(
  deps: Deps,
  signIn: UpstreamSignIn,
  provider: IdentityProvider,
  identity: Identity,
  visit: Visit,
): Promise<string> {
  await deps.registry.refresh()
  const project = deps.registry.projectById(signIn.projectId)
  if (!project) throw new AppError('not_found', 'The project is gone.')
  const { asked, standard } = signIn.request
  const sameAttempt = { ...visit, traceId: signIn.traceId }
  const detail = { provider: provider.slug }
  const generated = await handOver(deps, project, standard, identity, asked, detail, sameAttempt)
  return landingWith(project, deps.issuer, generated.callbackUrl)
}

/**
 * A site elsewhere may have sent the browser by way of an authorization that waits here; without one, the identity
 * server's callback sends it on to the site's.
 */
export function landingWith(project: Project, issuer: string, callback: string): string {
  return project.siteElsewhere ? `${issuer}/jwt/authorize${new URL(callback).search}` : callback
}
