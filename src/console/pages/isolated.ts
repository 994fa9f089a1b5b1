/** Keeps a text that is written from right to left from turning the words around it (UAX #9, isolates). */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`
}
