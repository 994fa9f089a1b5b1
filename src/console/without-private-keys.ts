import type { Refused } from './submit.ts'

// RFC 7518, sections 6.2.2, 6.3.2 and 6.4, also as JavaScript or YAML spells them.
const privatePart = /(?:^|[{,\s'"])(?:d|p|q|dp|dq|qi|oth|k)["']?\s*:|PRIVATE KEY/

/** A private key pasted by mistake is not sent back to the page: the field shows what is stored, and says why. */
export function withoutPrivateKeys(refused: Refused): Refused {
  const { jwks, ...values } = refused.values
  if (jwks === undefined || !privatePart.test(jwks)) return refused
  const problem = `${refused.problems.jwks ?? 'cannot be taken'}. What you pasted looks like a private key and is not shown again`
  return { ...refused, values, problems: { ...refused.problems, jwks: problem } }
}
