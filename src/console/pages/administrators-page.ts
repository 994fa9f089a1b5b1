import { html } from 'ghtml'
import type { Administrator } from '../../administrators/administrator.ts'
import type { Project } from '../../projects/project.ts'
import type { ConsoleFrame } from './console-frame.ts'
import { consolePage } from './layout.ts'
import { ago, badge, table } from './parts.ts'
import { projectNames } from './projects-choice.ts'
import { roleName } from './role-name.ts'

export function administratorsPage(
  frame: ConsoleFrame,
  view: {
    readonly administrators: readonly Administrator[]
    /** By ID, in milliseconds. */
    readonly lastSeen: ReadonlyMap<string, number>
    /** Until when an open link is good, by ID. */
    readonly links: ReadonlyMap<string, number>
    readonly allProjects: readonly Project[]
  },
): string {
  const { administrators, lastSeen, links, allProjects } = view
  return consolePage(frame, {
    title: 'Administrators',
    lead: 'Who may sign in to this console. They have nothing in common with readers.',
    ...(frame.scopes.has('administrators:write') && {
      actions: html`<a class="button" href="/console/administrators/new">Invite</a>`,
    }),
    main: html`!${table(
      'Administrators',
      ['Who', 'Role', 'Projects', 'Second factor', 'Last seen', 'State'],
      administrators.map(each => [
        html`<a href="/console/administrators/${each.id}"><bdi>${each.name}</bdi></a><span class="sub"><bdi>${each.email}</bdi></span>`,
        roleName(each.role),
        projectNames(each.projectIds, allProjects),
        each.hasTotp ? badge('good', 'on') : badge('warn', 'off'),
        ago(lastSeen.get(each.id), frame.now),
        html`<span class="tags">!${stateBadge(each, links.get(each.id))}!${each.id === frame.me.id ? badge('calm', 'you') : ''}</span>`,
      ]),
    )}
!${onlyOwner(administrators)}`,
  })
}

export function stateBadge(administrator: Administrator, linkUntil: number | undefined): string {
  if (administrator.disabledAt !== null) return badge('bad', 'disabled')
  if (administrator.active) return badge('good', 'active')
  return linkUntil === undefined ? badge('warn', 'link is over') : badge('warn', 'invited')
}

function onlyOwner(administrators: readonly Administrator[]): string {
  const owners = administrators.filter(
    ({ role, active, disabledAt }) => role === 'owner' && active && disabledAt === null,
  )
  if (owners.length > 1) return ''
  return '<p class="hint">There is one owner. A second one can help when the first has lost their password or phone.</p>'
}
