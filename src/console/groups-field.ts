import type { Form } from './submit.ts'

const GROUP = 'group-'

/** Name of the checkbox of one reader group: a form carries each name once. */
export function groupField(slug: string): string {
  return GROUP + slug
}

/** The slugs that a form gives, also those that are no longer a group's. */
export function chosenGroups(form: Form): string[] {
  return Object.keys(form)
    .filter(name => name.startsWith(GROUP))
    .map(name => name.slice(GROUP.length))
}
