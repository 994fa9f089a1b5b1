/** What is wrong with a name that people give to somebody or something, or undefined. */
export function nameProblem(name: string): string | undefined {
  const hidden = /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(name)
  const seen = /[\p{L}\p{N}\p{P}\p{S}]/u.test(name)
  if (seen && !hidden && name.length <= 100) return undefined
  return 'must be 1 to 100 characters without control characters'
}
