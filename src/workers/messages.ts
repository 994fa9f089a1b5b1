/** What a worker says to its leader. */
export type FromWorker =
  | { readonly said: 'serving' }
  | { readonly said: 'cannot start'; readonly why: string }
  | { readonly said: 'turn please' }
  | { readonly said: 'turn over' }
  | Told

/** What the leader says to a worker. */
export type FromLeader = { readonly said: 'your turn' } | Told

/** For all processes but the one that says it. */
export interface Told {
  readonly said: 'tell'
  readonly topic: string
  readonly words: readonly (string | number)[]
}
