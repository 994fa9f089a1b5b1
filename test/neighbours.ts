// Workers that tell each other, without processes: what one says, all the others hear at once.
import type { Neighbours } from '../src/platform/neighbours.ts'

type Listener = Parameters<Neighbours['hear']>[1]

export const neighbours = (count: number): Neighbours[] => {
  const heard = Array.from({ length: count }, () => new Map<string, Listener>())
  return heard.map(own => ({
    tell(topic, words) {
      for (const other of heard) if (other !== own) other.get(topic)?.(words)
    },
    hear: (topic, listener) => void own.set(topic, listener),
  }))
}
