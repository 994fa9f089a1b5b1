import { AppError } from '../errors.ts'

/**
 * The version in `If-Match: "3"`; undefined where there is none, or it is `*`.
 * @throws AppError `invalid_request` for what is no single strong tag of ours.
 */
export function readExpectedVersion(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined
  const version = /^"(\d{1,15})"$/.exec(ifMatch.trim())?.[1]
  if (version !== undefined) return Number(version)
  throw wrong('If-Match', 'must be one version in double quotes, such as "3"')
}

/** @throws AppError `invalid_request`. */
export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined
  // No commas: a header that stood there twice arrives with one.
  if (typeof header === 'string' && /^[A-Za-z0-9._~:/+="-]{1,255}$/.test(header)) return header
  throw wrong('Idempotency-Key', 'must be 1 to 255 letters, digits and . _ ~ : / + = -, once')
}

function wrong(field: string, problem: string): AppError {
  return new AppError('invalid_request', `The header ${field} ${problem}.`, { fields: [{ field, problem }] })
}
