// One server, several doors, told apart by Host: a project's site URL leads to that site, everything else to the
// identity server. A route names its door as a constraint, so that the same path can stand at both.
import type { IncomingMessage } from 'node:http'
import type { ConstraintStrategy, HTTPVersion } from 'find-my-way'
import type { Registry } from '../projects/registry.ts'
import type { HostReader } from './trust-proxy.ts'

/** `customer` and `support` are the demo's. */
export type Door = 'identity' | 'site' | 'customer' | 'support'

/**
 * The constraint `door`; `demoHosts`: the doors that stand under a Host of their own beside the projects'. It is asked before every request, which makes it the one place where the registry is brought
 * up to date.
 */
export function doorConstraint(registry: Registry, hostOf: HostReader, demoHosts: ReadonlyMap<string, Door>) {
  const doorOf = (request: IncomingMessage): Door => {
    const host = hostOf(request)
    if (registry.projectByHost(host)) return 'site'
    return demoHosts.get(host) ?? 'identity'
  }
  const failures = new WeakMap<IncomingMessage, unknown>()
  const strategy = {
    name: 'door',
    storage() {
      const handlers = new Map<string, unknown>()
      return {
        get: (door: string) => handlers.get(door) ?? null,
        set: (door: string, handler: unknown) => void handlers.set(door, handler),
      }
    },
    validate() {},
    deriveConstraint(request: IncomingMessage, _: unknown, done: (error: Error | null, door?: Door) => void) {
      // Whether the process lives is not a question to the database.
      if (request.url === '/healthz') return done(null, doorOf(request))
      // A failure given to `done` would be answered by the framework, without its cause: the request goes on to the door
      // of what is known, and is refused there.
      let refreshing: Promise<void> | undefined
      try {
        refreshing = registry.refresh()
      } catch (error) {
        failures.set(request, error)
      }
      if (refreshing === undefined) return done(null, doorOf(request))
      refreshing.catch(error => failures.set(request, error)).then(() => done(null, doorOf(request)))
    },
  }
  return {
    strategy: strategy as unknown as ConstraintStrategy<HTTPVersion.V1>,
    doorOf,
    /** @throws what kept the registry from being brought up to date for this request. */
    refuseOutdated(request: IncomingMessage): void {
      if (failures.has(request)) throw failures.get(request)
    },
  }
}
