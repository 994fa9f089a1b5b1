import type { Handle } from '../db/handle.ts'
import { type PurgeStep, removeBefore, removeExpired } from '../db/purge-step.ts'
import { firstKeyAt } from '../platform/one-time-secret.ts'

const HOUR = 3_600_000

export const purgeUpstreamSignIns: PurgeStep = (tx, { now }) =>
  removeBefore(tx, 'upstream_sign_ins', firstKeyAt(now - HOUR))

/** An assertion that has expired is refused for that; an hour covers clocks that are set back. */
export const purgeUsedSamlAssertions: PurgeStep = (tx, { now }) =>
  removeExpired(tx, 'used_saml_assertions', ['provider_id', 'assertion_id'], now - HOUR)

/** Of a deleted project. */
export async function removeIdentityProviders(tx: Handle, projectId: string): Promise<void> {
  await tx.deleteFrom('identity_providers').where('project_id', '=', projectId).execute()
}
