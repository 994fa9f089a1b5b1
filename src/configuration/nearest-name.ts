/** The name that was probably meant: the one that is the fewest keystrokes away, where they are few. */
function nearestName(typed: string, names: readonly string[]): string | undefined {
  if (typed.length > 40) return undefined
  const [best] = names
    .map(name => ({ name, steps: distance(typed.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.steps - b.steps)
  // Two letters that changed places are two steps.
  return best && best.steps <= 2 && best.steps < best.name.length - 1 ? best.name : undefined
}

/** `; did you mean ...?`, or nothing. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const nearest = nearestName(typed, names)
  return nearest === undefined ? '' : `; did you mean ${nearest}?`
}

/** Levenshtein's: how many letters to put in, take out or replace. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]!
}
