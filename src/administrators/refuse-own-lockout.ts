import { AppError } from '../errors.ts'
import type { AdministratorInput } from './administrator.ts'
import type { Principal } from './principal.ts'

/**
 * Nobody takes their own rights away: one slip would lock them out, and another owner can do it. Nor do they get around
 * the question for their password, which the pages of the own account ask.
 * @throws AppError `conflict`.
 */
export function refuseOwnLockout(
  principal: Principal,
  administratorId: string,
  change: 'access' | (Partial<AdministratorInput> & { readonly disabled?: boolean }),
): void {
  if (principal.kind !== 'administrator' || principal.id !== administratorId) return
  if (change === 'access') {
    throw new AppError(
      'conflict',
      'This is you: your own password, second factor and sessions are under Your account.',
    )
  }
  if (change.disabled === true || (change.role !== undefined && change.role !== 'owner')) {
    throw new AppError('conflict', 'This is you: ask another owner to take your rights away.')
  }
}
