// What a form's rule refuses is shown in the form again, with what was typed and each problem at its field.
import type { FastifyReply } from 'fastify'
import { AppError, type ErrorCode } from '../errors.ts'
import { statusOf } from '../http/errors.ts'

export type Form = Readonly<Record<string, string>>

/** A form that was refused, for showing it again. */
export interface Refused {
  readonly sentence: string
  /** The problem of each field by its name. */
  readonly problems: Readonly<Record<string, string>>
  /** What was typed. */
  readonly values: Form
  /** Somebody else has changed the same thing meanwhile: what they saved is shown beside what was typed. */
  readonly stale: boolean
}

const shownInForm: readonly ErrorCode[] = ['invalid_request', 'conflict', 'precondition_failed', 'slow_down']

/**
 * Runs `work`, and where its rule refuses what was typed, `again`, whose page is sent with the refusal's status.
 * Refusals that no typing mends (not found, no right) go on to the error page.
 */
export async function submit(
  reply: FastifyReply,
  form: Form,
  work: () => Promise<FastifyReply>,
  again: (refused: Refused) => Promise<FastifyReply> | FastifyReply,
  also: readonly ErrorCode[] = [],
): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof AppError) || ![...shownInForm, ...also].includes(error.code)) throw error
    if (error.retryAfter !== undefined) reply.header('retry-after', error.retryAfter)
    reply.code(statusOf(error))
    const problems: Record<string, string> = {}
    for (const { field, problem } of error.fields ?? []) {
      problems[field] = problems[field] === undefined ? problem : `${problems[field]}; ${problem}`
    }
    const sentence = error.fields ? 'Nothing was saved. Look at the fields marked below.' : error.message
    return await again({ sentence, problems, values: form, stale: error.code === 'precondition_failed' })
  }
}

/** Runs every check, so that all that is wrong is said at once. @throws AppError with the fields of all of them. */
export function checkTogether(...checks: (() => unknown)[]): void {
  const refusals = checks.flatMap(check => {
    try {
      check()
    } catch (error) {
      if (error instanceof AppError && error.fields) return [error]
      throw error
    }
    return []
  })
  const [first] = refusals
  if (!first) return
  throw new AppError(first.code, first.message, { fields: refusals.flatMap(({ fields }) => fields ?? []) })
}

/** A field of a form; one that the page does not have is an empty text. */
export function text(form: Form, name: string): string {
  return form[name] ?? ''
}

/** The lines of a text area that are not blank. */
export function lines(form: Form, name: string): string[] {
  return text(form, name)
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '')
}

/** A whole number as digits; NaN, which every rule refuses, for anything else. */
export function whole(form: Form, name: string): number {
  const typed = text(form, name).trim()
  return /^\d{1,15}$/.test(typed) ? Number(typed) : Number.NaN
}

/** What was typed without white space around it; null for nothing. */
export function optional(form: Form, name: string): string | null {
  return text(form, name).trim() || null
}

/** The version that the form was made from. A form without one was tampered with. */
export function versionOf(form: Form): number {
  const version = Number(form.version)
  if (Number.isInteger(version)) return version
  throw new AppError('invalid_request', 'The form came without its version. Load the page again.')
}
