import { AppError } from '../errors.ts'
import { type Form, text } from './submit.ts'

/**
 * What cannot be taken back is typed before it is done: a click alone is too little, and there may be no script to ask.
 * @param what that is: `the slug of the project`.
 * @throws AppError `invalid_request` where the field `confirm` does not say it.
 */
export function requireTyped(form: Form, expected: string, what?: string): void {
  if (text(form, 'confirm').trim() === expected) return
  const problem = what === undefined ? `must be ${expected}, nothing else` : `must be ${what}: ${expected}`
  throw new AppError('invalid_request', `Nothing was done: type ${expected} to go on.`, {
    fields: [{ field: 'confirm', problem }],
  })
}
