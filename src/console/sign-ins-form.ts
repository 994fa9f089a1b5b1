// The search for sign-ins as a form: what stands in the address becomes a filter, with each problem at its field.
import { requireProjectFor, requireScope } from '../administrators/principal.ts'
import type { SignInFilter } from '../audit/find-sign-ins.ts'
import { reasons } from '../audit/reasons.ts'
import { readTraceId } from '../platform/trace-id.ts'
import type { ConsoleCore } from './console-core.ts'
import { MOMENT_PROBLEM, readMoment } from './typed-moment.ts'
import type { ConsoleVisit } from './visit.ts'

const names = ['trace', 'project', 'reader', 'address', 'outcome', 'reason', 'from', 'to'] as const
/** Longer than any reader's name is allowed to be; a line of a log may be longer. */
const LONGEST = 320
const LONGEST_LINE = 10_000

/** What the search was filled with, as text. */
export type SignInsForm = Readonly<Record<(typeof names)[number], string>>

/** Reads the address; what stands there twice is as if it were not there. */
export function readSignInsForm(query: Readonly<Record<string, unknown>>): SignInsForm {
  const read = (name: string) => {
    const value = query[name]
    return typeof value === 'string' ? value.trim().slice(0, LONGEST_LINE) : ''
  }
  return Object.fromEntries(names.map(name => [name, read(name)])) as unknown as SignInsForm
}

/** The address of the same sign-ins, with `more` in it. */
export function signInsQuery(
  form: Partial<SignInsForm>,
  more: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams()
  for (const name of names) if (form[name]) query.set(name, form[name])
  for (const [name, value] of Object.entries(more)) query.set(name, value)
  return query.size === 0 ? '' : `?${query}`
}

/**
 * Which sign-ins are asked for, of those that the visitor may see.
 * @param slug of the project whose page it is; undefined: the form may name one.
 * @returns the filter, the trace ID that was pasted, and a problem for each field that cannot be read.
 * @throws AppError `not_found` for a project that is not theirs, `access_denied`.
 */
export function signInsFilter(
  core: ConsoleCore,
  { principal }: ConsoleVisit,
  form: SignInsForm,
  slug = form.project,
): { filter: SignInFilter; traceId: string | undefined; problems: Record<string, string> } {
  requireScope(principal, 'sign-ins:read')
  const problems: Record<string, string> = {}
  const moment = (name: 'from' | 'to') => {
    if (form[name] === '') return undefined
    const at = readMoment(form[name])
    if (at === undefined) problems[name] = MOMENT_PROBLEM
    return at
  }
  const traceId = readTraceId(form.trace)
  if (form.trace !== '' && traceId === undefined) problems.trace = problemOfTrace(form.trace)
  for (const name of ['reader', 'address'] as const)
    if (form[name].length > LONGEST) problems[name] = 'is longer than any of them'
  const outcome = isOutcome(form.outcome) ? form.outcome : undefined
  if (form.outcome !== '' && !outcome) problems.outcome = 'is none of these'
  if (form.reason !== '' && !Object.hasOwn(reasons, form.reason)) problems.reason = 'is none of these'
  const [from, to] = [moment('from'), moment('to')]
  if (from !== undefined && to !== undefined && from >= to) problems.to = 'must be later than the beginning'
  const project = slug === '' ? undefined : requireProjectFor(principal, core.registry, slug, 'sign-ins:read')
  const filter: SignInFilter = {
    projects: project ? new Set([project.id]) : principal.projects,
    ...(form.reader !== '' && { reader: { startsWith: form.reader.normalize('NFC') } }),
    ...(form.address !== '' && { address: form.address }),
    ...(outcome && { outcome }),
    ...(form.reason !== '' && { reason: form.reason }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  }
  return { filter, traceId, problems }
}

function isOutcome(text: string): text is 'passed' | 'failed' | 'open' {
  return ['passed', 'failed', 'open'].includes(text)
}

function problemOfTrace(pasted: string): string {
  const longest = pasted.match(/[0-9a-f]{8,}/gi)?.reduce((a, b) => (b.length > a.length ? b : a), '')
  return longest
    ? `has no trace ID in it: one has 32 digits from 0 to f, the longest here has ${longest.length}; was it cut?`
    : 'has no trace ID in it: one has 32 digits from 0 to f; look for a reader or an address below'
}
