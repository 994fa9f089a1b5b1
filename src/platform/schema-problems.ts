// What a schema finds wrong with an input, in words for its author. Ajv checks what arrives over HTTP and TypeBox what
// is typed elsewhere; both report the keyword that failed and where, so one table words them.

/** As Ajv (with `verbose`) and TypeBox report it. */
export interface SchemaProblem {
  readonly keyword: string
  /** JSON Pointer (RFC 6901) into the input. */
  readonly instancePath: string
  readonly params: object
  /** The schema that was not met; its `problem` is the wording of a pattern. */
  readonly parentSchema?: unknown
}

const types: Record<string, string> = {
  string: 'must be a string',
  integer: 'must be a whole number',
  array: 'must be an array',
  object: 'must be a JSON object',
  boolean: 'must be true or false',
}

/** One entry for each problem: the field, `body` for the input as a whole, and what is wrong with it. */
export function describeProblems(
  problems: readonly SchemaProblem[],
): { readonly field: string; readonly problem: string }[] {
  return problems.flatMap(({ keyword, instancePath, params: given, parentSchema }) => {
    const params = given as Record<string, unknown>
    const path = instancePath.slice(1).replaceAll('/', '.')
    if (keyword === 'required') {
      // Ajv reports each missing field, TypeBox all of them at once.
      const missing = (params.requiredProperties as string[] | undefined) ?? [String(params.missingProperty)]
      return missing.map(name => ({ field: path ? `${path}.${name}` : name, problem: 'is missing' }))
    }
    if (keyword === 'additionalProperties' && typeof params.additionalProperty === 'string') {
      const unknown = params.additionalProperty.slice(0, 64)
      return [{ field: path ? `${path}.${unknown}` : unknown, problem: 'is not known here' }]
    }
    const own = (parentSchema as { problem?: string } | undefined)?.problem
    return [{ field: path || 'body', problem: wording(keyword, params, own) }]
  })
}

function wording(keyword: string, params: Record<string, unknown>, own: string | undefined): string {
  if (keyword === 'type') {
    const [type, ...others] = [params.type].flat().map(String)
    const orNull = others.includes('null') ? ' or null' : ''
    return `${types[type!] ?? `must be of type ${type}`}${orNull}`
  }
  if (keyword === 'pattern' && own !== undefined) return own
  if (keyword === 'minLength')
    return `must have at least ${params.limit} character${params.limit === 1 ? '' : 's'}`
  if (keyword === 'maxLength') return `must have at most ${params.limit} characters`
  if (keyword === 'maxItems') return `must have at most ${params.limit} entries`
  if (keyword === 'minItems')
    return `must have at least ${params.limit} entr${params.limit === 1 ? 'y' : 'ies'}`
  if (keyword === 'minProperties') return 'must name something to change'
  if (keyword === 'minimum') return `must be at least ${params.limit}`
  if (keyword === 'maximum') return `must be at most ${params.limit}`
  if (keyword === 'enum' && Array.isArray(params.allowedValues))
    return `must be one of ${params.allowedValues.map(value => value ?? 'null').join(', ')}`
  if (keyword === 'const') return `must be ${JSON.stringify(params.allowedValue)}`
  return 'is not valid'
}
