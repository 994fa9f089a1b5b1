/**
 * The other processes that serve the same installation on the same machine. What they are told is of no consequence
 * where it gets lost: it sharpens estimates that stand in memory. What must hold stands in the database.
 */
export interface Neighbours {
  /** Tells all the others. */
  tell(topic: string, words: readonly (string | number)[]): void
  hear(topic: string, listener: (words: readonly (string | number)[]) => void): void
}

/** For a process that serves alone. */
export const noNeighbours: Neighbours = { tell() {}, hear() {} }
