import { html } from 'ghtml'
import type { Administrator } from '../../administrators/administrator.ts'
import type { Project } from '../../projects/project.ts'
import type { Refused } from '../submit.ts'
import { radioField, textField } from './form.ts'
import { projectsChoice } from './projects-choice.ts'

/** The fields of a new administrator, or with `administrator` of one that there is. */
export function administratorFields(view: {
  readonly administrator?: Administrator
  readonly projects: readonly Project[]
  readonly refused: Refused | undefined
}): string {
  const { administrator, projects, refused } = view
  return html`!${textField({ name: 'name', label: 'Name', value: administrator?.name, required: true, refused })}
!${textField({ name: 'email', label: 'E-mail address', type: 'email', value: administrator?.email, required: true, refused, hint: 'They sign in with it; nothing is sent there.' })}
!${radioField({
    name: 'role',
    label: 'Role',
    value: administrator?.role ?? 'project_administrator',
    refused,
    options: [
      ['owner', 'Owner', 'May do everything, in all projects: keys, administrators and API keys too.'],
      [
        'project_administrator',
        'Project administrator',
        'Looks after the projects below: settings, secrets, groups, readers and sign-ins.',
      ],
      ['read_only', 'Read-only', 'Sees the projects below and the signing keys, and changes nothing.'],
    ],
  })}
!${projectsChoice({
    projects,
    chosen: administrator ? administrator.projectIds : [],
    aboutAll: 'Those that are made later, too. An owner always has all.',
    aboutSome: 'What is not ticked looks to them as if it were not there.',
    refused,
  })}`
}
