// Administrators: the people of the console. They share nothing with readers, whom login endpoints push: no table, no
// session, no identifier, so a pushed reader can never become one.
import type { Actor } from '../audit/audit-log.ts'
import type { AdministratorRole } from '../db/tables.ts'
import { AppError, type FieldProblem } from '../errors.ts'
import { nameProblem } from '../platform/display-name.ts'
import { isEmailAddress } from '../platform/email-address.ts'

export interface Administrator {
  readonly id: string
  /** As it was typed. */
  readonly email: string
  readonly name: string
  readonly role: AdministratorRole
  /** The projects that they look after; null: all. An owner has all. */
  readonly projectIds: readonly string[] | null
  /** They have set a password: the invitation was accepted. */
  readonly active: boolean
  readonly hasTotp: boolean
  readonly createdAt: number
  readonly disabledAt: number | null
  readonly version: number
}

export interface AdministratorInput {
  readonly email: string
  readonly name: string
  readonly role: AdministratorRole
  readonly projectIds: readonly string[] | null
}

/** An administrator as the audit log names them. */
export function actorOf({ email }: Administrator, address: string): Actor {
  return { name: `admin:${email}`, origin: address }
}

/** Without the white space around what was typed; an owner has all projects. */
export function tidyAdministrator({ email, name, role, projectIds }: AdministratorInput): AdministratorInput {
  return {
    email: email.trim().normalize('NFC'),
    name: name.trim().normalize('NFC'),
    role,
    projectIds: role === 'owner' ? null : projectIds,
  }
}

/** What is wrong with an administrator, field by field. */
export function administratorProblems({ email, name, role, projectIds }: AdministratorInput): FieldProblem[] {
  const problems: FieldProblem[] = []
  if (!isEmailAddress(email)) {
    problems.push({ field: 'email', problem: 'must be an e-mail address' })
  }
  const problem = nameProblem(name)
  if (problem !== undefined) problems.push({ field: 'name', problem })
  if (!['owner', 'project_administrator', 'read_only'].includes(role)) {
    problems.push({ field: 'role', problem: 'must be owner, project_administrator or read_only' })
  }
  if (projectIds?.length === 0) {
    problems.push({ field: 'projects', problem: 'must name at least one project, or all' })
  }
  return problems
}

/** @throws AppError `invalid_request` with a problem per field. */
export function checkAdministrator(input: AdministratorInput): AdministratorInput {
  const tidy = tidyAdministrator(input)
  const fields = administratorProblems(tidy)
  if (fields.length === 0) return tidy
  const listed = fields.map(({ field, problem }) => `${field} ${problem}`).join('; ')
  throw new AppError('invalid_request', `The administrator cannot be taken: ${listed}.`, { fields })
}
