import { html } from 'ghtml'
import type { Project } from '../../projects/project.ts'
import { chosenGroups, groupField } from '../groups-field.ts'
import type { Refused } from '../submit.ts'
import { checkboxes } from './checkboxes.ts'

/** The reader groups of a project to choose from. `field`: under which name a rule speaks of them. */
export function groupChoices(
  { groups }: Project,
  {
    chosen = [],
    refused,
    field,
    hint,
  }: {
    readonly chosen?: readonly string[]
    readonly refused: Refused | undefined
    readonly field?: string | undefined
    readonly hint?: string
  },
): string {
  const known = groups.map(group => [group.slug, group.name] as const)
  // One that was deleted meanwhile, or was typed: it stays to be seen, and to be taken away.
  const unknown = chosenGroups(refused?.values ?? {})
    .filter(slug => !known.some(each => each[0] === slug))
    .map(slug => [slug, 'not a group of this project'] as const)
  if (known.length + unknown.length === 0) return html`<p class="hint">This project has no reader groups.</p>`
  return checkboxes({
    label: 'Reader groups',
    ...(field !== undefined && { field }),
    ...(hint !== undefined && { hint }),
    boxes: [...known, ...unknown].map(([slug, name]) => {
      return { name: groupField(slug), label: name, about: slug, on: chosen.includes(slug) }
    }),
    refused,
  })
}
