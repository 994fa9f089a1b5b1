import * as client from 'openid-client'
import type { Visit } from '../../audit/attempts.ts'
import { refuseClosed } from '../../codes/make-code.ts'
import type { Database } from '../../db/database.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Project } from '../../projects/project.ts'
import { type Begun, beginSignIn } from '../begin-sign-in.ts'
import type { AskedFor } from '../hand-over.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { unusable } from '../tokens/ask-provider.ts'
import { boundToBrowser } from './bound-to-browser.ts'
import type { OpenidConnection, OpenidConnections } from './openid-connections.ts'
import { openidRedirectUri } from './redirect-uri.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly issuer: string
  readonly openid: OpenidConnections
}

/** What is handed on to the provider (OpenID Connect Core 1.0, section 3.1.2.1). */
export interface HandedOn {
  readonly prompt?: string | undefined
  readonly loginHint?: string | undefined
  readonly uiLocales?: string | undefined
  /** Seconds. */
  readonly maxAge?: number | undefined
}

/** What the answer is checked against, beside what the browser holds. */
export interface ExpectedOfOpenid {
  readonly maxAge?: number | undefined
}

/**
 * Begins a sign-in at an OpenID provider. @returns where the browser goes, and what it keeps.
 * @throws AppError as `beginSignIn`; `provider_unreachable`.
 */
export async function sendToOpenid(
  deps: Deps,
  input: {
    readonly project: Project
    readonly provider: IdentityProvider<'oidc'>
    readonly asked: AskedFor
    readonly handedOn: HandedOn
    readonly mayTell: () => Promise<boolean>
  },
  visit: Visit,
): Promise<{ readonly url: string; readonly begun: Begun }> {
  const { project, provider, handedOn } = input
  // Nobody is asked on behalf of a door that is closed.
  refuseClosed(project, 'openid')
  const connection = await deps.openid(provider)
  if (connection.document.authorization_endpoint === undefined) {
    throw unusable(connection.document.issuer, 'discovery names no authorization endpoint')
  }
  const expected: ExpectedOfOpenid = { maxAge: handedOn.maxAge }
  const begun = await beginSignIn(deps, { ...input, standard: 'openid', expected }, visit)
  const { challenge, nonce } = boundToBrowser(begun.browser.secret, begun.state)
  const url = client.buildAuthorizationUrl(connection.config, {
    redirect_uri: openidRedirectUri(deps.issuer, project.slug, provider.slug),
    scope: scopeOf(provider),
    state: begun.state,
    nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...parametersOf(handedOn, connection),
  })
  return { url: url.href, begun }
}

/** `openid` is what makes it an OpenID request, whatever else the settings ask for. */
export function scopeOf({ settings }: IdentityProvider<'oidc'>): string {
  const words = (settings.scope ?? 'openid profile email').split(/\s+/).filter(word => word !== '')
  return [...new Set(['openid', ...words])].join(' ')
}

function parametersOf(handedOn: HandedOn, { document }: OpenidConnection): Record<string, string> {
  const { loginHint, uiLocales, maxAge } = handedOn
  const prompt = handedOn.prompt && spokenThere(handedOn.prompt, document)
  return {
    ...(prompt && { prompt }),
    ...(loginHint !== undefined && { login_hint: loginHint }),
    ...(uiLocales !== undefined && { ui_locales: uiLocales }),
    ...(maxAge !== undefined && { max_age: String(maxAge) }),
  }
}

/** Google takes no `login`, and answers it with an error; choosing an account is the nearest that it has. */
function spokenThere(prompt: string, document: OpenidConnection['document']): string | undefined {
  const listed = document.prompt_values_supported
  const known = Array.isArray(listed)
    ? listed
    : document.issuer === 'https://accounts.google.com'
      ? ['none', 'consent', 'select_account']
      : [prompt]
  if (known.includes(prompt)) return prompt
  return prompt === 'login' && known.includes('select_account') ? 'select_account' : undefined
}
