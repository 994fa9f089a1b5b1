import type { Handle } from '../../db/handle.ts'
import { LEEWAY } from './check-times.ts'

/** An answer must also name a request that waits, which it does for minutes: nothing is gained by remembering longer. */
const LONGEST = 86_400_000

/** Notes that an assertion was taken. @returns false where it was taken before. */
export async function rememberAssertion(
  tx: Handle,
  providerId: string,
  assertionId: string,
  expiresAt: number,
  now: number,
): Promise<boolean> {
  const inserted = await tx
    .insertInto('used_saml_assertions')
    .values({
      provider_id: providerId,
      assertion_id: assertionId,
      expires_at: Math.min(expiresAt + LEEWAY, now + LONGEST),
    })
    .onConflict(conflict => conflict.doNothing())
    .returning('assertion_id')
    .executeTakeFirst()
  return inserted !== undefined
}
