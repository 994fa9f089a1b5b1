import { html } from 'ghtml'
import type { ProviderKind, SsoStandard } from '../../db/tables.ts'
import type { Project } from '../../projects/project.ts'
import type { IdentityProvider } from '../../upstream/identity-provider.ts'
import type { RefusedForm } from '../secrets.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { hiddenToken, hiddenVersion, radioField } from './form.ts'
import { badge } from './parts.ts'

export interface StandardView {
  readonly project: Project
  readonly providers: readonly IdentityProvider[]
}

const standards: Readonly<Record<SsoStandard, readonly [label: string, about: string]>> = {
  jwt: ['Your own application (JWT)', 'Its login endpoint says who the reader is.'],
  openid: ['An OpenID provider', 'Such as Entra ID, Google Workspace, Okta or Keycloak.'],
  saml: ['A SAML provider', 'Such as Entra ID, ADFS, Okta or Keycloak.'],
  accounts: ['Accounts of Gatepass', 'Readers have a password here, on a login page of Gatepass.'],
}

/** Which of the four doors is open. */
export function standardCard(
  frame: ConsoleFrame,
  path: string,
  { project, providers }: StandardView,
  refused: RefusedForm | undefined,
): string {
  const warning = warningAbout(project, providers)
  return html`<section class="card" id="standard" tabindex="-1" aria-labelledby="standard-title"><h2 id="standard-title">What readers sign in by</h2>
<p class="about">One at a time. Choosing another closes the door that is open now: codes and sign-ins that are under way by it are refused at once. Who is signed in stays until their session ends, and is another reader by another standard.</p>
!${warning ? html`<p class="flash flash-warn">!${warning}</p>` : ''}
!${
    frame.scopes.has('projects:write')
      ? html`<form method="post" action="${path}/standard" id="form-standard" class="stack">!${hiddenToken(frame.token)}!${hiddenVersion(project.version)}
!${radioField({ name: 'standard', label: 'Standard', value: project.standard, refused, options: Object.entries(standards).map(([value, [label, about]]) => [value, label, `${about}${withoutProvider(value as SsoStandard, providers)}`]) })}
<div class="actions"><button class="button" type="submit">Save the standard</button></div></form>`
      : html`<p>!${badge('calm', standards[project.standard][0])}</p>`
  }</section>`
}

const kindOf: Partial<Record<SsoStandard, ProviderKind>> = { openid: 'oidc', saml: 'saml' }

function isMissing(standard: SsoStandard, providers: readonly IdentityProvider[]): boolean {
  const kind = kindOf[standard]
  const fits = (provider: IdentityProvider) =>
    provider.kind === kind && (kind !== 'oidc' || 'clientId' in provider.settings)
  return kind !== undefined && !providers.some(fits)
}

function withoutProvider(standard: SsoStandard, providers: readonly IdentityProvider[]): string {
  return isMissing(standard, providers) ? ' None is set up yet: nobody could sign in.' : ''
}

function warningAbout(
  { slug, standard }: Project,
  providers: readonly IdentityProvider[],
): string | undefined {
  if (!isMissing(standard, providers)) return undefined
  return html`Nobody can sign in: the project has no provider for it yet. <a href="/console/projects/${slug}/providers/new/${kindOf[standard]!}">Add one</a>.`
}
