import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import type { RefusedForm } from '../secrets.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { deleteCard } from './delete-card.ts'
import { facts, typed } from './facts.ts'
import { hiddenToken, hiddenVersion, refusal, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { card } from './parts.ts'
import { type StandardView, standardCard } from './standard-card.ts'

/** What readers see where a project has no colour of its own. */
const OURS = '#0b6355'

export function settingsPage(
  frame: ConsoleFrame,
  view: StandardView & { refused: RefusedForm | undefined },
): string {
  const { project, refused } = view
  const path = `/console/projects/${project.slug}/settings`
  const mayWrite = frame.scopes.has('projects:write')
  const ofForm = (form: string) => (refused?.form === form ? refused : undefined)
  return consolePage(frame, {
    title: 'Project settings',
    lead: 'What the project is called, and what its readers see of it. How a login endpoint signs in is under JWT SSO, addresses under Sites and clients.',
    main: html`!${refusal(refused, refused && `form-${refused.form}`)}
!${card('Name', mayWrite ? nameForm(frame, path, project, ofForm('project')) : nameFacts(project))}
!${card('Branding', html`!${preview(project)}!${mayWrite ? brandingForm(frame, path, project, ofForm('branding')) : brandingFacts(project)}`, 'On every page that readers see of Gatepass: errors, questions, farewells, and a knowledge base that it serves.')}
!${standardCard(frame, path, view, ofForm('standard'))}
!${mayWrite ? deletion(frame, path, project, ofForm('delete')) : ''}`,
  })
}

function nameForm(
  frame: ConsoleFrame,
  path: string,
  project: Project,
  refused: RefusedForm | undefined,
): string {
  return html`<form method="post" action="${path}/project" id="form-project" class="stack">!${hiddenToken(frame.token)}!${hiddenVersion(project.version)}
!${textField({ name: 'name', label: 'Name', required: true, value: project.name, refused, hint: 'Readers see it.' })}
!${textField({ name: 'slug', label: 'Slug', required: true, mono: true, value: project.slug, refused, hint: 'Lower-case letters, digits and hyphens. With it change the addresses of these pages and of the admin API, the name in commands (gatepass project show acme) and in configuration files. Client IDs and the site go on as they are, and so does sign-in; but what is registered at an OpenID or SAML provider has the slug in it, and must be changed there.' })}
<div class="actions"><button class="button" type="submit">Save name and slug</button></div></form>`
}

function nameFacts({ name, slug }: Project): string {
  return facts([
    ['Name', html`<bdi>${name}</bdi>`],
    ['Slug', typed(slug)],
  ])
}

function brandingForm(
  frame: ConsoleFrame,
  path: string,
  project: Project,
  refused: RefusedForm | undefined,
): string {
  const written = refused?.values.accentColor ?? project.accentColor ?? ''
  const picked = /^#[0-9a-f]{6}$/i.test(written) ? written.toLowerCase() : OURS
  return html`<form method="post" action="${path}/branding" id="form-branding" class="stack">!${hiddenToken(frame.token)}!${hiddenVersion(project.version)}
!${textField({ name: 'logoUrl', label: 'Logo URL (optional)', type: 'url', mono: true, value: project.logoUrl, refused, placeholder: 'https://www.example.com/logo.svg', hint: 'An image over https, wide rather than tall. Readers’ browsers fetch it from there.' })}
<div class="color-row">!${textField({ name: 'accentColor', label: 'Accent colour (optional)', mono: true, value: project.accentColor, refused, placeholder: OURS, hint: 'For buttons and links. Empty: our own. Where it would be hard to read, a shade of it is taken that is not.' })}
<input type="color" name="accentPicked" value="${picked}" aria-label="Pick the accent colour" data-writes="field-accentColor"></div>
<input type="hidden" name="accentColorBefore" value="${written}"><input type="hidden" name="accentPickedBefore" value="${picked}">
<div class="actions"><button class="button" type="submit">Save branding</button></div></form>`
}

function brandingFacts({ logoUrl, accentColor }: Project): string {
  return facts([
    ['Logo URL', typed(logoUrl)],
    ['Accent colour', typed(accentColor, 'our own')],
  ])
}

/** Attributes of a drawing may have a colour, which inline styles may not (CSP). */
function preview({ name, logoUrl, accentColor }: Project): string {
  const logo = logoUrl
    ? html`<img src="${logoUrl}" alt="The logo cannot be loaded" referrerpolicy="no-referrer">`
    : ''
  return html`<div class="brand-preview">!${logo}<strong><bdi>${name}</bdi></strong>
<svg width="88" height="28" viewBox="0 0 88 28" role="img" aria-label="Accent colour ${accentColor ?? OURS}"><rect width="88" height="28" rx="8" fill="${accentColor ?? OURS}"/></svg></div>`
}

function deletion(
  frame: ConsoleFrame,
  path: string,
  project: Project,
  refused: RefusedForm | undefined,
): string {
  return deleteCard(frame, {
    title: 'Delete this project',
    button: 'Delete the project',
    action: `${path}/delete`,
    slug: project.slug,
    version: project.version,
    effects: [
      html`Nobody gets into <strong>${project.siteUrl || project.name}</strong> through Gatepass from now on; who is signed in is out at once.`,
      'All client IDs and secrets of the project, codes and tokens stop working at once.',
      'Its groups and readers are deleted for good. What the audit log says of it stays.',
    ],
    refused,
  })
}
