import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import { projectField } from '../projects-field.ts'
import type { Refused } from '../submit.ts'
import { checkboxes } from './checkboxes.ts'
import { radioField } from './form.ts'

/** All projects, or some of them. `chosen`: IDs; null: all. */
export function projectsChoice(view: {
  readonly projects: readonly Project[]
  readonly chosen: readonly string[] | null
  readonly aboutAll: string
  readonly aboutSome: string
  readonly refused: Refused | undefined
}): string {
  const { projects, chosen, aboutAll, aboutSome, refused } = view
  return html`!${radioField({
    name: 'projects',
    label: 'Projects',
    value: chosen === null ? 'all' : 'some',
    refused,
    options: [
      ['all', 'All projects', aboutAll],
      ['some', 'Only those ticked here', aboutSome],
    ],
  })}
!${
    projects.length === 0
      ? ''
      : checkboxes({
          label: 'Which',
          refused,
          boxes: projects.map(({ id, name, slug }) => ({
            name: projectField(id),
            label: name,
            about: slug,
            on: chosen?.includes(id) ?? false,
          })),
        })
  }`
}

/** The names of projects that an administrator or a key has, as HTML. */
export function projectNames(ids: readonly string[] | null, projects: readonly Project[]): string {
  if (ids === null) return 'all'
  const names = projects.filter(({ id }) => ids.includes(id)).map(({ name }) => name)
  if (names.length === 0) return html`<span class="quiet">none</span>`
  const more = names.length - 3
  return html`<bdi>${names.slice(0, 3).join(', ')}</bdi>${more > 0 ? ` and ${more} more` : ''}`
}
