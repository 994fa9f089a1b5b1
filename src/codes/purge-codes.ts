import { type PurgeStep, removeBefore } from '../db/purge-step.ts'
import { firstSessionKey } from '../sessions/purge-sessions.ts'

/** A code that comes again ends the session that it opened, so it is known for as long as that could live. */
export const purgeCodes: PurgeStep = (tx, { now }) => removeBefore(tx, 'codes', firstSessionKey(now))
