import type { Project } from '../projects/project.ts'
import { type Form, text } from './submit.ts'

/** Name of the checkbox of one project: a form carries each name once. */
export function projectField(id: string): string {
  return `project_${id}`
}

/** The projects that a form gives: null for all; of those that there are, and that whoever asks may see. */
export function chosenProjects(form: Form, projects: readonly Project[]): string[] | null {
  if (text(form, 'projects') === 'all') return null
  return projects.filter(({ id }) => form[projectField(id)] === 'on').map(({ id }) => id)
}
