// Wakes those who deliver notices in this process. Ringing promises nothing: notices of other processes, and those that
// were due later, are found by looking; a ring for a transaction that was taken back finds nothing.
const listeners = new Set<() => void>()

/** Calls `listener` at every ring. @returns what ends that. */
export function onNotice(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function ringForNotices(): void {
  for (const listener of listeners) listener()
}
