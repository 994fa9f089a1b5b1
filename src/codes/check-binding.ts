// What ties a code to the browser that presents it (contract, section 3). Only the verifier of the challenge in the code
// does. `state` does not, neither in the push nor in the callback URL: it is a name that stands in addresses and logs,
// the URL is written by whoever made the link, and a stolen code could be given the state of the thief's own attempt.
import { sha256 } from '../platform/hashing.ts'
import { deriveOneTimeSecret, newOneTimeSecret, type OneTimeSecret } from '../platform/one-time-secret.ts'
import type { Code } from './code.ts'
import type { Redemption, Refusal } from './redemption.ts'

/** Why the code may not be redeemed here, or undefined where it may. */
export function checkBinding(redemption: Redemption, code: Code): Refusal | undefined {
  const { project, verifiers, opens } = redemption
  if (code.codeChallenge !== null) {
    if (verifiers.length === 0) return 'verifier_missing'
    return matchingVerifier(redemption, code) === undefined ? 'verifier_wrong' : undefined
  }
  if (redemption.verifierImpliesChallenge && verifiers.length > 0) return 'verifier_unexpected'
  // The client's `state` and PKCE tie a granted code to its browser.
  if (code.authorization !== null) return undefined
  if (project.binding === 'required') return 'not_begun_here'
  // A site that runs elsewhere has the browser, and the question, to itself.
  if (project.binding === 'confirm' && opens === 'site' && redemption.confirmation === undefined)
    return 'confirm_needed'
  return undefined
}

/**
 * The secret of the session that the code opens at `redeemedAt`. Where the browser shows something that it alone knows,
 * the secret follows from that and the code: a double click, or a request that the browser sends again, is recognised
 * as the same browser although the first answer, with its cookie, never arrived.
 */
export function sessionSecret(redemption: Redemption, code: Code, redeemedAt: number): OneTimeSecret {
  return ownSecret(redemption, code, redeemedAt) ?? newOneTimeSecret(redeemedAt)
}

/** As `sessionSecret`, where this browser shows something that it alone knows. */
export function ownSecret(redemption: Redemption, code: Code, redeemedAt: number): OneTimeSecret | undefined {
  const own = matchingVerifier(redemption, code) ?? redemption.confirmation
  // Swaps are not repeated: each but the first must fail (RFC 6749, section 4.1.2).
  if (own === undefined || redemption.opens !== 'site') return undefined
  return deriveOneTimeSecret(redeemedAt, own, redemption.code)
}

function matchingVerifier({ verifiers }: Redemption, code: Code): string | undefined {
  if (code.codeChallenge === null) return undefined
  return verifiers.find(verifier => challengeOf(verifier) === code.codeChallenge)
}

/** S256 of RFC 7636, section 4.2. */
function challengeOf(verifier: string): string {
  return sha256(verifier).toString('base64url')
}
