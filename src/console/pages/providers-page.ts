import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import type { IdentityProvider } from '../../upstream/identity-provider.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { consolePage } from './layout.ts'
import { badge, card, empty, table } from './parts.ts'
import { kinds } from './provider-fields.ts'

export function providersPage(
  frame: ConsoleFrame,
  { project, providers }: { project: Project; providers: readonly IdentityProvider[] },
): string {
  const path = `/console/projects/${project.slug}/providers`
  return consolePage(frame, {
    title: 'Identity providers',
    lead: 'Who else vouches for readers of this project. Your application sends a token of theirs to <code>/oauth/token</code>, and Gatepass checks it and answers with its own.',
    main: html`!${providers.length === 0 ? empty('No identity provider.', 'Readers come by your own application alone.') : list(path, providers)}
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
