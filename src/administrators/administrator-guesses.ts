import type { Guarded } from '../passwords/guess-limits.ts'
import { hasSignedInFrom } from './administrator-sessions.ts'
import { findAdministratorByEmail } from './administrator-store.ts'

/** Guesses at passwords of administrators, as `passwords/guess-limits.ts` counts them. */
export const administratorGuesses: Guarded = {
  prefix: '',
  hasSignedInFrom,
  action: 'administrator.slowed-down',
  nameOf: async (db, account) => (await findAdministratorByEmail(db, account))?.email,
  givesBack: false,
}
