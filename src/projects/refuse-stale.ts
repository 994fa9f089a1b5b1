import { AppError } from '../errors.ts'

/**
 * The later of two editors is told: what they looked at is no longer what is stored.
 * @throws AppError `precondition_failed` where `expected` is given and another version stands.
 */
export function refuseStale(
  what: string,
  current: { readonly version: number },
  expected: number | undefined,
): void {
  if (expected === undefined || expected === current.version) return
  throw new AppError(
    'precondition_failed',
    `${what} was changed by somebody else since you opened it; nothing was saved.`,
  )
}
