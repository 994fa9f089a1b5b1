import { html } from 'ghtml'
import { isActive } from '../../projects/client-secrets.ts'
import { writePathRules } from '../../projects/path-rule-lines.ts'
import type { Client, Project } from '../../projects/project.ts'
import type { Refused } from '../submit.ts'
import { nameOfClient, wayOf } from './client-fields.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { facts, typed } from './facts.ts'
import { hiddenToken, hiddenVersion, refusal, switchField, textArea, textField } from './form.ts'
import { consolePage } from './layout.ts'
import { ago, card, copyable, empty, table } from './parts.ts'
import { hintOf } from './secrets-card.ts'

interface SitesView {
  readonly project: Project
  /** Site clients, the oldest first. */
  readonly clients: readonly Client[]
  /** The one that the project was made with. */
  readonly own: Client | undefined
  readonly refused: Refused | undefined
}

export function sitesPage(frame: ConsoleFrame, view: SitesView): string {
  const { project, clients, own, refused } = view
  const path = `/console/projects/${project.slug}/sites`
  const mayWrite = frame.scopes.has('projects:write')
  const others = clients.filter(client => client !== own)
  const make = html`<a class="button" href="${path}/clients/new">New client</a>`
  return consolePage(frame, {
    title: 'Sites and clients',
    lead: 'The knowledge base itself, and every product that signs its readers in with OpenID Connect.',
    main: html`!${refusal(refused)}
!${card('The site', mayWrite ? siteForm(frame, path, project, refused) : siteFacts(project), whoServes(project))}
!${own ? card("The site's own client", ownClientFacts(frame, path, own), 'A site on another server swaps its codes for tokens with these credentials. One that Gatepass serves does not need them.') : ''}
<div class="section-head"><h2>OpenID Connect clients</h2>!${mayWrite && others.length > 0 ? make : ''}</div>
!${others.length === 0 ? empty('No client yet.', html`A wiki, a help desk, a forum: what speaks OpenID Connect lets the same readers in. !${mayWrite ? html`<br><br>!${make}` : ''}`) : clientTable(path, others)}`,
  })
}

function whoServes({ siteUrl, siteElsewhere, siteFolder }: Project): string {
  if (siteUrl === '') {
    return 'This project has no site: it is a suite, whose programs sign readers in over the account API. With an address it becomes one that browsers can open.'
  }
  const site = html`<a href="${siteUrl}">${siteUrl}</a>`
  if (siteElsewhere) return html`Another server answers at !${site}, and swaps the codes itself.`
  if (siteFolder === null) {
    return html`Gatepass answers at !${site} without pages of its own: sign-in, sign-out, and <code>/gate/auth</code> for the proxy in front of your pages.`
  }
  return html`Gatepass serves !${site} out of the folder <code>${siteFolder}</code>.`
}

function siteForm(frame: ConsoleFrame, path: string, project: Project, refused: Refused | undefined): string {
  const folder = frame.allProjects
    ? textField({
        name: 'siteFolder',
        label: 'Folder that Gatepass serves (optional)',
        value: project.siteFolder,
        mono: true,
        refused,
        placeholder: '/srv/docs',
        hint: 'On the server that Gatepass runs on: Markdown or HTML. Without it, Gatepass only signs in.',
      })
    : html`<p class="hint">Folder that Gatepass serves: !${typed(project.siteFolder)}. Owners set it.</p>`
  return html`<form method="post" action="${path}/site" class="stack">!${hiddenToken(frame.token)}!${hiddenVersion(project.version)}
!${textField({ name: 'siteUrl', label: 'Site URL', type: 'url', required: project.standard !== 'accounts', mono: true, value: project.siteUrl, refused, hint: 'Scheme and host, no path. The callback URL follows from it, so tell your login endpoint about a change.' })}
!${switchField({ name: 'siteElsewhere', label: 'The site is on another server', on: project.siteElsewhere, refused, hint: 'Its browsers come back to Gatepass on their way, and it swaps the codes itself.' })}
!${folder}
!${switchField({ name: 'homePublished', label: 'The site has a home page', on: project.homePublished, refused, hint: 'Off: readers who asked for no page in particular land on /docs.' })}
!${textArea({ name: 'pathRules', label: 'Who may read what', value: writePathRules(project.pathRules), rows: Math.min(12, project.pathRules.length + 3), mono: true, refused, hint: 'One rule a line: a path, an equals sign, groups. /internal/* = staff, partners closes the folder and all below it to everybody else. What no rule names is open to every reader.' })}
!${unknownGroups(project)}
!${textArea({ name: 'allowedRedirects', label: 'Allowed redirects (optional)', value: project.allowedRedirects.join('\n'), rows: 3, mono: true, refused, hint: 'One URL a line: what a site elsewhere may name as redirect_uri when it swaps a code, beside the callback URL.' })}
<div class="actions"><button class="button" type="submit">Save the site</button></div></form>`
}

/** A rule may name a group before there is one; as long as there is none, nobody gets in. */
function unknownGroups({ pathRules, groups, slug }: Project): string {
  const known = new Set(groups.map(group => group.slug))
  const missing = new Set(pathRules.flatMap(rule => rule.groups.filter(group => !known.has(group))))
  if (missing.size === 0) return ''
  return html`<p class="flash flash-warn">This project has no group <code>${[...missing].join(', ')}</code>: nobody comes in through it. <a href="/console/projects/${slug}/groups">Reader groups</a></p>`
}

function siteFacts(project: Project): string {
  const { siteUrl, siteElsewhere, siteFolder, homePublished, pathRules, allowedRedirects } = project
  const list = (lines: readonly string[], none: string) =>
    lines.length === 0
      ? typed(null, none)
      : html`!${lines.map(line => html`<code class="line">${line}</code>`)}`
  return facts([
    ['Site URL', typed(siteUrl)],
    ['On another server', siteElsewhere ? 'yes' : 'no'],
    ['Folder', typed(siteFolder)],
    ['Home page', homePublished ? 'yes' : 'no, readers land on /docs'],
    [
      'Who may read what',
      list(writePathRules(pathRules).split('\n').filter(Boolean), 'every reader, every page'),
    ],
    ['Allowed redirects', list(allowedRedirects, 'the callback URL alone')],
  ])
}

function ownClientFacts(frame: ConsoleFrame, path: string, own: Client): string {
  const newest = own.secrets.findLast(secret => isActive(secret, frame.now))
  const secret = newest
    ? html`!${hintOf(newest)}, made !${ago(newest.createdAt, frame.now)}, last used !${ago(newest.lastUsedAt, frame.now)}`
    : 'none works'
  return html`!${copyable('Client ID', own.id)}
!${facts([['Client secret', secret]])}
<p class="card-link"><a href="${path}/clients/${own.id}">Secrets and OpenID Connect of the site's own client</a></p>`
}

function clientTable(path: string, clients: readonly Client[]): string {
  return table(
    'OpenID Connect clients',
    ['Name', 'Proves itself by', 'Redirect URIs', 'Told of sign-outs'],
    clients.map(client => [
      html`<a href="${path}/clients/${client.id}"><bdi>${nameOfClient(client)}</bdi></a>`,
      html`${wayOf(client.authMethod)}`,
      client.redirectUris.length === 0
        ? html`<span class="quiet">none</span>`
        : html`<div><code class="line">${client.redirectUris[0]!}</code>!${client.redirectUris.length > 1 ? html` <span class="quiet">and ${String(client.redirectUris.length - 1)} more</span>` : ''}</div>`,
      client.backchannelLogoutUri === null ? html`<span class="quiet">no</span>` : 'yes',
    ]),
  )
}
