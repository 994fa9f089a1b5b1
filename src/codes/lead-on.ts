import type { Handle } from '../db/handle.ts'
import { findLiveSession } from '../sessions/session-store.ts'
import type { Code } from './code.ts'
import type { Redeemed, Redemption, Refusal } from './redemption.ts'

/** What can be wrong with a code that says nothing against the reader who is signed in. */
const healed: ReadonlySet<Refusal> = new Set([
  'code_malformed',
  'code_unknown',
  'code_other_project',
  'code_expired',
  'code_used',
  'secret_revoked_since',
  'verifier_missing',
  'verifier_wrong',
  'not_begun_here',
  'confirm_needed',
])

/**
 * A valid session wins: a browser that is signed in already is led to where it was going, whatever became of the code
 * that it brings. Not where the code is another reader's: whoever sits there now believes to come as somebody else.
 * The whole table, code by session by binding, stands in docs/binding.md.
 */
export async function leadOn(
  tx: Handle,
  redemption: Redemption,
  code: Code | undefined,
  refused: Refusal,
  now: number,
): Promise<Redeemed | undefined> {
  const { project, currentSession } = redemption
  if (currentSession === undefined || !healed.has(refused)) return undefined
  const session = await findLiveSession(tx, currentSession, now)
  if (session?.projectId !== project.id || session.kind !== 'site') return undefined
  const own = code?.projectId === project.id ? code : undefined
  if (own && own.readerId !== session.readerId) return undefined
  const redirectPath = own?.redirectPath ?? null
  return { session, reader: session.reader, redirectPath, cameBack: true, despite: refused }
}
