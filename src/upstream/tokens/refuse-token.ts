import type { Reason } from '../../audit/reasons.ts'
import { AppError } from '../../errors.ts'

/** What every refused token of a provider is answered with; why stands in the attempt alone. */
export function refuseToken(reason: Reason, detail: Record<string, unknown> = {}, cause?: unknown): AppError {
  return new AppError('invalid_grant', "The provider's token is not taken.", { reason, detail, cause })
}
