import type { TSchema } from 'typebox'

/**
 * A schema as JSON in which every schema with an `$id` is a reference; those are put into `found` under their names.
 * `problem`, the wording of our own answers, is no keyword of JSON Schema and stays here.
 */
export function toReferences(schema: TSchema, found: Record<string, unknown>): unknown {
  const convert = (value: unknown, mayRefer = true): unknown => {
    if (Array.isArray(value)) return value.map(item => convert(item))
    if (typeof value !== 'object' || value === null) return value
    const { $id, problem: _, ...rest } = value as Record<string, unknown>
    if (typeof $id === 'string' && mayRefer) {
      found[$id] ??= convert(value, false)
      return { $ref: `#/components/schemas/${$id}` }
    }
    return Object.fromEntries(Object.entries(rest).map(([name, inner]) => [name, convert(inner)]))
  }
  return convert(schema)
}
