import { AppError } from '../errors.ts'

/** A refused token as somebody hears of it who has brought none: `invalid_grant` speaks to programs. */
export function forPeople(error: unknown): unknown {
  if (!(error instanceof AppError) || error.traceId !== undefined || error.code !== 'invalid_grant')
    return error
  const { reason, detail, cause } = error
  const code = reason === 'provider_unreachable' ? 'temporarily_unavailable' : 'invalid_request'
  return new AppError(code, 'Signing in at the identity provider did not work.', {
    detail: { ...detail },
    cause,
    ...(reason !== undefined && { reason }),
  })
}
