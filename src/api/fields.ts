// Fields that several schemas have. Types are taken as they are, and what an object does not know is refused: a setting
// that is misspelt must not look as if it had been changed.
import Type, { type Static, type TProperties, type TSchema } from 'typebox'

/** An object with these fields and no others. */
export function strict<P extends TProperties>(properties: P, options: Record<string, unknown> = {}) {
  return Type.Object(properties, { additionalProperties: false, ...options })
}

/** The same or null; a type array rather than a union, so that a wrong value gets one problem and not three. */
export function nullable<S extends TSchema>(schema: S, options: Record<string, unknown> = {}) {
  const { type, enum: choices, ...rest } = schema as Record<string, unknown>
  const both = {
    ...rest,
    ...options,
    type: [type, 'null'],
    ...(choices ? { enum: [...(choices as unknown[]), null] } : {}),
  }
  return Type.Unsafe<Static<S> | null>(both)
}

/** One of a few words. */
export function choice<const T extends string>(values: readonly T[], description: string) {
  return Type.Unsafe<T>({ type: 'string', enum: values, description, examples: [values[0]] })
}

export function moment(what: string) {
  return Type.Integer({ description: `${what}, in seconds since the epoch.`, examples: [1790000000] })
}

// Control characters, lone surrogates, and the marks that turn the direction of what follows.
const refused = '\\p{Cc}\\p{Cs}\\u202a-\\u202e\\u2066-\\u2069'

/** Text that people read. */
export function text(maxLength: number, description: string, example: string, minLength = 1) {
  return Type.String({
    minLength,
    maxLength,
    pattern: minLength > 0 ? `^(?=[^]*\\S)[^${refused}]*$` : `^[^${refused}]*$`,
    problem:
      'must not be blank, nor have control characters, lone surrogates or marks that change text direction',
    description,
    examples: [example],
  })
}

export function url(description: string, example: string) {
  return Type.String({ maxLength: 2048, description, examples: [example] })
}

export function id(description: string, example = '01997c1e-5a40-7cc2-9b0e-5d1b4c1c7a10') {
  return Type.String({ description, examples: [example] })
}

export const traceId = Type.String({
  description: 'Leads to the timeline of the sign-in.',
  examples: ['01997c1e5a407cc29b0e5d1b4c1c7a10'],
})

export const version = Type.Integer({
  description:
    'Moves with each change. Send it back as `If-Match: "3"`, and a change by somebody else is not lost.',
  examples: [3],
})

/** A page of a list. */
export function listOf<S extends TSchema>(item: S) {
  return strict({
    items: Type.Array(item),
    next: nullable(Type.String(), {
      description: 'Send it as `cursor` for the next page; null on the last.',
      examples: [null],
    }),
  })
}

/** The query of a list, with filters of its own. */
export function listQuery<P extends TProperties>(filters: P) {
  return strict({
    ...filters,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 200,
        default: 50,
        description: 'How many on a page.',
        examples: [50],
      }),
    ),
    cursor: Type.Optional(
      Type.String({ maxLength: 1024, description: 'Where to go on: `next` of the page before.' }),
    ),
  })
}

/** Nothing: the thing is gone, or there is nothing to say. */
export const nothing = Type.Null({ description: 'Done; the answer has no body.' })

/** Milliseconds, as everything here counts, in seconds, as everything outside does. */
export function seconds(milliseconds: number): number
export function seconds(milliseconds: number | null): number | null
export function seconds(milliseconds: number | null): number | null {
  return milliseconds === null ? null : Math.floor(milliseconds / 1000)
}
