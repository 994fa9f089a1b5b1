import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import type { IdentityProvider } from '../../upstream/identity-provider.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { consolePage } from './layout.ts'
import { badge, card, empty, table } from './parts.ts'
import { kinds } from './provider-fields.ts'

/** What they are for depends on what readers sign in by. */
const exchange =
  'Your application sends a token of theirs to <code>/oauth/token</code>, and Gatepass checks it and answers with its own.'
const leads: Readonly<Record<Project['standard'], string>> = {
  jwt: exchange,
  openid: `Readers sign in at those of the kind OpenID; with several, they choose. ${exchange}`,
  saml: 'Readers sign in at the SAML provider.',
  accounts: 'Readers of this project have passwords here, so none is asked at the moment.',
}
const alone: Readonly<Record<Project['standard'], string>> = {
  jwt: 'Readers come by your own application alone.',
  openid: 'Nobody can sign in until there is one.',
  saml: 'Nobody can sign in until there is one.',
  accounts: 'None is needed.',
}

export function providersPage(
  frame: ConsoleFrame,
  { project, providers }: { project: Project; providers: readonly IdentityProvider[] },
): string {
  const path = `/console/projects/${project.slug}/providers`
  return consolePage(frame, {
    title: 'Identity providers',
    lead: html`Who else vouches for readers of this project. !${leads[project.standard]}`,
    main: html`!${providers.length === 0 ? empty('No identity provider.', alone[project.standard]) : list(path, providers)}
!${frame.scopes.has('projects:write') ? card('Add one', choices(path)) : ''}`,
  })
}

function list(path: string, providers: readonly IdentityProvider[]): string {
  return table(
    'Identity providers',
    ['Name', 'Slug', 'Kind', 'Secret'],
    providers.map(({ slug, name, kind, wrappedSecret }) => [
      html`<a href="${path}/${slug}"><bdi>${name}</bdi></a>`,
      html`<code>${slug}</code>`,
      html`${kinds[kind].name}`,
      wrappedSecret ? badge('good', 'stored') : html`<span class="quiet">none</span>`,
    ]),
  )
}

function choices(path: string): string {
  return html`<ul class="effects">!${Object.entries(kinds).map(
    ([kind, { name, about }]) => html`<li><a href="${path}/new/${kind}">${name}</a>: ${about}</li>`,
  )}</ul>`
}
