// Administrators: the people of the console. They share nothing with readers, whom login endpoints push: no table, no
// session, no identifier, so a pushed reader can never become one.
import type { AdministratorRole } from '../db/tables.ts'
import { AppError, type FieldProblem } from '../errors.ts'

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

/** One spelling per address: what differs in case or composition only is the same person. */
export function canonicalEmail(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase()
}

/** @throws AppError `invalid_request` with a problem per field. */
export function checkAdministrator(input: AdministratorInput): AdministratorInput {
  const problems: FieldProblem[] = []
  const email = input.email.trim().normalize('NFC')
  const name = input.name.trim().normalize('NFC')
  if (!/^[^\s@\p{Cc}]{1,64}@[^\s@\p{Cc}]{1,255}$/u.test(email)) {
    problems.push({ field: 'email', problem: 'must be an e-mail address' })
  }
  if (name.length === 0 || name.length > 100 || /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(name)) {
    problems.push({ field: 'name', problem: 'must be 1 to 100 characters without control characters' })
  }
  if (!['owner', 'project_administrator', 'read_only'].includes(input.role)) {
    problems.push({ field: 'role', problem: 'must be owner, project_administrator or read_only' })
  }
  if (input.role !== 'owner' && input.projectIds?.length === 0) {
    problems.push({ field: 'projects', problem: 'must name at least one project, or all' })
  }
  if (problems.length > 0) {
    const listed = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
    throw new AppError('invalid_request', `The administrator cannot be taken: ${listed}.`, {
      fields: problems,
    })
  }
  return { email, name, role: input.role, projectIds: input.role === 'owner' ? null : input.projectIds }
}
