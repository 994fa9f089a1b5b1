import type { AdministratorInput } from '../administrators/administrator.ts'
import type { AdministratorRole } from '../db/tables.ts'
import type { Project } from '../projects/project.ts'
import { chosenProjects } from './projects-field.ts'
import { type Form, text } from './submit.ts'

/** What a form says of an administrator; the rules check it. */
export function readAdministrator(form: Form, projects: readonly Project[]): AdministratorInput {
  return {
    name: text(form, 'name'),
    email: text(form, 'email'),
    role: text(form, 'role') as AdministratorRole,
    projectIds: chosenProjects(form, projects),
  }
}
