/** What a field for a moment is to look like. */
export const MOMENT_PROBLEM = 'must be a time such as 2026-11-22T09:00'

/** A day, or a moment of one, typed in UTC. @returns milliseconds since the epoch; undefined where it is none. */
export function readMoment(typed: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?)?$/.test(typed)) return undefined
  const at = Date.parse(typed.includes('T') ? `${typed}Z` : typed)
  // The 30th of February would be taken for a day of March.
  return at >= 0 && new Date(at).toISOString().startsWith(typed) ? at : undefined
}
