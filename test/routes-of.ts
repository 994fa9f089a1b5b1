import type { FastifyInstance } from 'fastify'

export interface Route {
  readonly path: string
  readonly methods: readonly string[]
  /** `identity`, `site`, ... */
  readonly door: string
}

/** Every route of an app, read off the router itself: a new one can't be forgotten in a test over all of them. */
export function routesOf(app: FastifyInstance): Route[] {
  const branch: string[] = []
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap(line => {
      const found = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \(([A-Z, -]+)\))?(?: (\{.*\}))?$/.exec(line)
      if (!found) return []
      const [, indent = '', segment = '', methods, constraints] = found
      branch.length = indent.length / 4
      branch.push(segment)
      const path = branch.join('').replace(/^\/*/, '/')
      if (methods === undefined) return []
      return [{ path, methods: methods.split(', '), door: JSON.parse(constraints ?? '{}').door ?? '' }]
    })
}
