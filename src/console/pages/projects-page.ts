import { html } from 'ghtml'
import type { AttentionItem } from '../../attention/attention.ts'
import { type Project, siteName } from '../../projects/project.ts'
import { attentionBadge, attentionCards } from './attention-cards.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { consolePage } from './layout.ts'
import { badge, empty } from './parts.ts'

interface View {
  readonly projects: readonly Project[]
  /** By the project's ID. */
  readonly attention: ReadonlyMap<string | null, readonly AttentionItem[]>
}

export function projectsPage(frame: ConsoleFrame, { projects, attention }: View): string {
  const mayMake = frame.allProjects && frame.scopes.has('projects:write')
  const make = html`<a class="button" href="/console/new-project">New project</a>`
  return consolePage(frame, {
    title: 'Projects',
    lead: 'A project is a knowledge base with its login endpoint, its readers and their groups.',
    ...(mayMake && projects.length > 0 && { actions: make }),
    main: html`!${attentionSection(frame, attention.get(null) ?? [])}!${
      projects.length === 0
        ? empty(
            'No project yet.',
            mayMake
              ? html`Make one: you need the address of your knowledge base and of your login page. !${make}`
              : 'Ask an owner to give you one.',
          )
        : html`<ul class="tiles">!${projects.map(project => tile(project, attention.get(project.id) ?? []))}</ul>`
    }`,
  })
}

/** Of the installation; what is of a project is counted on its tile. */
function attentionSection(frame: ConsoleFrame, items: readonly AttentionItem[]): string {
  if (items.length === 0) return ''
  return html`<section aria-labelledby="attention"><h2 class="part-title" id="attention">What needs attention</h2>!${attentionCards(frame, items)}</section>`
}

const standards = { jwt: 'JWT SSO', openid: 'OpenID', saml: 'SAML', accounts: 'Accounts' } as const

function tile(project: Project, attention: readonly AttentionItem[]): string {
  return html`<li class="tile"><a href="/console/projects/${project.slug}"><strong>${project.name}</strong></a>
<span class="quiet">${siteName(project)}</span>
!${project.jwtEnabled ? badge('good', `${standards[project.standard]} on`) : badge('warn', `${standards[project.standard]} off`)}!${attentionBadge(attention)}</li>`
}
