import type { Reason } from '../../audit/reasons.ts'
import { AppError } from '../../errors.ts'

/** Every answer of a SAML provider that is not taken; why stands in the attempt alone. */
export function refuseAnswer(
  reason: Reason,
  detail: Record<string, unknown> = {},
  cause?: unknown,
): AppError {
  return new AppError('invalid_request', "The identity provider's answer is not taken.", {
    reason,
    detail,
    cause,
  })
}
