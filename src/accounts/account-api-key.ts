// The API key of a developer: one at a time, shown when it is made, kept as a digest.
import { sameDigest, sha256 } from '../platform/hashing.ts'
import { randomBytes } from '../platform/random.ts'
import type { AccountCredentials, StoredApiKey } from './account-store.ts'

/** The prefix by which secret scanners, and people, recognise one: not that of the admin API's keys. */
export const ACCOUNT_KEY_PREFIX = 'gpd_'

export function newAccountApiKey(): { readonly text: string; readonly stored: StoredApiKey } {
  const text = ACCOUNT_KEY_PREFIX + randomBytes(32).toString('base64url')
  return { text, stored: { hash: sha256(text), hint: text.slice(-4) } }
}

export function isApiKeyOf({ apiKeyHash }: AccountCredentials, presented: string): boolean {
  return apiKeyHash !== null && sameDigest(sha256(presented), apiKeyHash)
}
