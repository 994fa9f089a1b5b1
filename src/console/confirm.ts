import { AppError } from '../errors.ts'
import { type Form, text } from './submit.ts'

/**
 * What cannot be taken back is typed before it is done: a click alone is too little, and there may be no script to ask.
 * @throws AppError `invalid_request` where the field does not say it.
 */
export function requireTyped(form: Form, name: string, expected: string): void {
  if (text(form, name).trim() === expected) return
  throw new AppError('invalid_request', `Nothing was done: type ${expected} to go on.`, {
    fields: [{ field: name, problem: `must be ${expected}, nothing else` }],
  })
}
