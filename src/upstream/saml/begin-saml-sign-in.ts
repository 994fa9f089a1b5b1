import type { Visit } from '../../audit/attempts.ts'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../platform/clock.ts'
import { randomBytes } from '../../platform/random.ts'
import type { Project } from '../../projects/project.ts'
import { type Begun, beginSignIn } from '../begin-sign-in.ts'
import type { AskedFor } from '../hand-over.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { serviceProviderOf } from './own-entity.ts'
import { samlLibrary } from './saml-library.ts'
import { certificatesOf } from './saml-provider.ts'
import type { Expected } from './saml-sign-in.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly issuer: string
}

/** The browser is not to be asked anything, or is to be asked again (OpenID Connect's `prompt`). */
export type Prompt = 'none' | 'login' | undefined

/**
 * Begins a sign-in at a SAML provider of the project.
 * @returns what the browser keeps, and the address with the request to send it to (HTTP-Redirect binding).
 * @throws AppError `access_denied` where the project has another standard.
 */
export async function beginSamlSignIn(
  deps: Deps,
  input: {
    readonly project: Project
    readonly provider: IdentityProvider<'saml'>
    readonly asked: AskedFor
    readonly prompt: Prompt
    readonly mayTell: () => Promise<boolean>
  },
  visit: Visit,
): Promise<Begun & { readonly goTo: string }> {
  const { project, provider, asked, prompt, mayTell } = input
  // An xs:ID must not begin with a digit.
  const requestId = `_${randomBytes(20).toString('hex')}`
  const expected: Expected = { from: 'provider', requestId }
  const begun = await beginSignIn(
    deps,
    { project, provider, standard: 'saml', asked, expected, mayTell },
    visit,
  )
  const { entityId, acsUrl } = serviceProviderOf(project, deps.issuer)
  const { SAML } = await samlLibrary()
  const library = new SAML({
    issuer: entityId,
    callbackUrl: acsUrl,
    entryPoint: provider.settings.singleSignOnUrl,
    idpCert: certificatesOf(provider.settings),
    generateUniqueId: () => requestId,
    // How somebody signs in, and how they are named, is the provider's to say.
    disableRequestedAuthnContext: true,
    identifierFormat: null,
    passive: prompt === 'none',
    forceAuthn: prompt === 'login',
  })
  return { ...begun, goTo: await library.getAuthorizeUrlAsync(begun.state, undefined, {}) }
}
