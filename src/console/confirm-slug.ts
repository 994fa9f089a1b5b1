import { AppError } from '../errors.ts'
import { type Form, text } from './submit.ts'

/** Before what cannot be undone, the project's slug is typed. @throws AppError `invalid_request` at the field `confirm`. */
export function requireTypedSlug(form: Form, slug: string): void {
  if (text(form, 'confirm').trim() === slug) return
  const problem = `must be the slug of the project: ${slug}`
  throw new AppError('invalid_request', 'Nothing was deleted.', { fields: [{ field: 'confirm', problem }] })
}
