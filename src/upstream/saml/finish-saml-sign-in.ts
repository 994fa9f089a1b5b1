import type { Visit } from '../../audit/attempts.ts'
import type { MakingDeps } from '../../codes/make-code.ts'
import type { Project } from '../../projects/project.ts'
import type { Registry } from '../../projects/registry.ts'
import { finishSignIn } from '../finish-sign-in.ts'
import { findSignIn, notAwaited, takeSignIn } from '../take-sign-in.ts'
import { tellRefusal } from '../tell-refusal.ts'
import { requireSamlProvider } from './saml-provider.ts'
import type { Expected, SamlSignIn } from './saml-sign-in.ts'

interface Deps extends MakingDeps {
  readonly registry: Registry
  readonly issuer: string
}

/**
 * Hands over whom an answer named, to the browser that began the sign-in and to no other.
 * `secretOf`: what the browser keeps for the sign-in of this key.
 * @returns where the browser goes on, and the sign-in as it was begun.
 * @throws AppError as `takeSignIn` and `finishSignIn`; why stands in the attempt, if it belongs to one.
 */
export async function finishSamlSignIn(
  deps: Deps,
  project: Project,
  ticket: string,
  secretOf: (begun: SamlSignIn) => string | undefined,
  visit: Visit,
): Promise<{ readonly goTo: string; readonly begun: SamlSignIn }> {
  const found = await findSignIn<Expected>(deps, project, 'saml', ticket)
  if (found?.request.expected.from !== 'browser') throw notAwaited('unknown')
  const { identity, begunKey } = found.request.expected
  const begun = { ...found, key: Buffer.from(begunKey, 'base64url') }
  try {
    await takeSignIn(deps, found, secretOf(begun))
    const provider = await requireSamlProvider(deps.database.read, project, found.providerId)
    return { goTo: await finishSignIn(deps, found, provider, identity, visit), begun }
  } catch (error) {
    await tellRefusal(deps, project, { traceId: found.traceId }, error, visit)
    throw error
  }
}
