import { type Actor, recordAudit } from '../audit/audit-log.ts'
import type { Handle } from '../db/handle.ts'
import { moveSettingsVersion } from '../db/settings-version.ts'
import type { SigningAlgorithm } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import { keyState } from './key-schedule.ts'
import { insertKey, keysOf, listKeys, markRemoved, moveRetirement, signAtOnce } from './key-store.ts'
import { openPrivateKey } from './open-key.ts'
import type { KeyDeps } from './rotate-key.ts'
import { type GeneratedKey, generateSigningKey } from './signing-key.ts'

export interface RemovedKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  /** The key that signs at once in its place, where it was the one that signed. */
  readonly replacement: string | null
}

/**
 * Emergency removal: the key is out of the JWKS and of verification at once, and so is every token that it signed.
 * Where it was the one that signs, the key that waits signs at once, or a new one where none waits.
 * @param secretLost replace it although GATEPASS_SECRET does not open it.
 * @throws AppError `not_found`; Error as `openSigningKey` does.
 */
export async function removeSigningKey(
  { database, wrapping }: KeyDeps,
  actor: Actor,
  { kid, secretLost }: { kid: string; secretLost: boolean },
  now: number,
): Promise<RemovedKey> {
  const unknown = new AppError('not_found', `No key ${kid} is in use.`)
  const known = (await listKeys(database.read)).find(key => key.kid === kid)
  if (!known) throw unknown
  const { algorithm } = known
  const made = await generateSigningKey(algorithm)

  return await database.write(async tx => {
    const key = (await keysOf(tx, algorithm)).find(each => each.kid === kid)
    if (!key || !(await markRemoved(tx, key, now))) throw unknown
    const state = keyState(key, now)
    // Whoever was to make way for it goes on signing.
    if (state === 'waiting') await moveRetirement(tx, algorithm, null, now)
    const replacement = await replaceIfNeeded(tx, algorithm, made, now, () => {
      if (!secretLost) openPrivateKey(key, wrapping)
      return wrapping
    })
    const detail = { algorithm, state, replacement }
    await recordAudit(tx, actor, { action: 'key.remove', projectId: null, target: kid, detail }, now)
    await moveSettingsVersion(tx)
    return { kid, algorithm, replacement }
  })
}

async function replaceIfNeeded(
  tx: Handle,
  algorithm: SigningAlgorithm,
  made: GeneratedKey,
  now: number,
  wrappingFor: () => Buffer,
): Promise<string | null> {
  const left = await keysOf(tx, algorithm)
  if (left.some(key => keyState(key, now) === 'signing')) return null
  const waiting = left.find(key => key.retiredAt === null)
  if (waiting && (await signAtOnce(tx, waiting, now))) return waiting.kid
  await insertKey(tx, wrappingFor(), made, { createdAt: now, signsFrom: now })
  return made.kid
}
