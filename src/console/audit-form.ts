import { maySee, requireProjectFor } from '../administrators/principal.ts'
import type { AuditFilter } from '../audit/find-audit-entries.ts'
import type { ConsoleCore } from './console-core.ts'
import { MOMENT_PROBLEM, readMoment } from './typed-moment.ts'
import type { ConsoleVisit } from './visit.ts'

/** What the filter of the audit log was filled with, as text. */
export interface AuditForm {
  readonly project: string
  readonly actor: string
  readonly action: string
  readonly from: string
  readonly to: string
}

const names = ['project', 'actor', 'action', 'from', 'to'] as const

/** Reads the address; what stands there twice, or is longer than anybody types, is as if it were not there. */
export function readAuditForm(query: Readonly<Record<string, unknown>>): AuditForm {
  const read = (name: string) => {
    const value = query[name]
    return typeof value === 'string' && value.length <= 320 ? value.trim() : ''
  }
  return Object.fromEntries(names.map(name => [name, read(name)])) as unknown as AuditForm
}

/** The address of the same entries, with `more` in it. */
export function auditQuery(form: AuditForm, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams()
  for (const name of names) if (form[name] !== '') query.set(name, form[name])
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return query.size === 0 ? '' : `?${query}`
}

/**
 * Which entries are asked for, of those that the visitor may see.
 * @returns the filter, and a problem for each field that cannot be read.
 * @throws AppError `not_found` for a project that is not theirs, `access_denied`.
 */
export function auditFilter(
  core: ConsoleCore,
  { principal }: ConsoleVisit,
  form: AuditForm,
): { filter: AuditFilter; problems: Record<string, string> } {
  const problems: Record<string, string> = {}
  const moment = (name: 'from' | 'to') => {
    if (form[name] === '') return undefined
    const at = readMoment(form[name])
    if (at === undefined) problems[name] = MOMENT_PROBLEM
    return at
  }
  const [from, to] = [moment('from'), moment('to')]
  const projects =
    form.project === ''
      ? principal.projects
      : new Set([requireProjectFor(principal, core.registry, form.project, 'audit:read').id])
  const filter = {
    projects,
    ...(form.actor !== '' && { actor: form.actor }),
    ...(form.action !== '' && { action: form.action }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  }
  return { filter, problems }
}

/** The slug of a project for the export; one that is deleted is called by its ID. */
export function slugFor(core: ConsoleCore, { principal }: ConsoleVisit): (id: string) => string {
  return id => (maySee(principal, id) && core.registry.projectById(id)?.slug) || id
}
