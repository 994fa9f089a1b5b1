import type { Turns } from '../db/turns.ts'
import type { Neighbours } from '../platform/neighbours.ts'
import type { FromLeader, FromWorker } from './messages.ts'
import { turnsBy } from './turn-taking.ts'

export interface Leader {
  say(message: FromWorker, said?: () => void): void
  readonly neighbours: Neighbours
  readonly turns: Turns
}

/** The worker's end of the line. */
export function joinLeader(): Leader {
  const listeners = new Map<string, (words: readonly (string | number)[]) => void>()
  const say = (message: FromWorker, said?: () => void) =>
    // Where the leader is gone there is nobody to tell, and this process ends.
    void (process.connected && process.send!(message, undefined, undefined, () => said?.()))
  const turns = turnsBy({
    ask: () => say({ said: 'turn please' }),
    over: () => say({ said: 'turn over' }),
  })
  process.on('message', (message: FromLeader) => {
    if (message.said === 'tell') listeners.get(message.topic)?.(message.words)
    if (message.said === 'your turn') turns.granted()
  })
  return {
    say,
    turns,
    neighbours: {
      tell: (topic, words) => say({ said: 'tell', topic, words }),
      hear: (topic, listener) => void listeners.set(topic, listener),
    },
  }
}
