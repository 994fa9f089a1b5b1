// Route schemas are constants. What one app of this process has compiled serves the next: a process that builds
// hundreds of apps, as a test does, compiles each schema once, which is most of what building an app costs.
import type { FastifyServerOptions } from 'fastify'

type Ajv = Parameters<NonNullable<NonNullable<FastifyServerOptions['ajv']>['onCreate']>>[0]

const compiled = new WeakMap<object, unknown>()

/** For Fastify's `ajv.onCreate`; right as long as every app has the same `ajv.customOptions` and adds no schemas. */
export function compileOnce(ajv: Ajv): void {
  const compile = ajv.compile.bind(ajv)
  ajv.compile = ((schema: object) => {
    if (!compiled.has(schema)) compiled.set(schema, compile(schema))
    return compiled.get(schema)
  }) as Ajv['compile']
}
