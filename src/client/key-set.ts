import type { JSONWebKeySet, JWK } from 'jose'

const MOST_KEYS = 100

/**
 * The public keys for signatures of a JWK Set (RFC 7517, section 5) as it came over the network.
 * @throws Error for anything else; what came is not quoted.
 */
export function readKeySet(text: string): JSONWebKeySet {
  let keys: unknown
  try {
    keys = JSON.parse(text).keys
  } catch (cause) {
    throw new Error('the answer is no JWK Set', { cause })
  }
  if (!Array.isArray(keys) || keys.length > MOST_KEYS) throw new Error('the answer is no JWK Set')
  return { keys: keys.filter(isForSignatures) }
}

/** Never a shared secret: whoever reads the set could sign with it. */
function isForSignatures(key: unknown): key is JWK {
  const { kty, use } = (key ?? {}) as JWK
  return ['RSA', 'EC', 'OKP'].includes(String(kty)) && (use === undefined || use === 'sig')
}
