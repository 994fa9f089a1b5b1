// The payload of code generation as it is written (contract, section 1): one schema for the door that takes it, and for
// whoever tries one out.
import Type, { type Static } from 'typebox'
import { Settings } from 'typebox/system'
import Value from 'typebox/value'
import type { FieldProblem } from '../errors.ts'
import { describeProblems, type SchemaProblem } from '../platform/schema-problems.ts'
import type { Push } from './read-push.ts'

// Control characters, lone surrogates, and the marks that turn the direction of what follows.
const refused = '\\p{Cc}\\p{Cs}\\u202a-\\u202e\\u2066-\\u2069'
const problem =
  'must not be blank, nor have control characters, lone surrogates or marks that change text direction'
export const name = (minLength: number, maxLength: number) =>
  Type.String({
    minLength,
    maxLength,
    pattern: minLength > 0 ? `^(?=[^]*\\S)[^${refused}]*$` : `^[^${refused}]*$`,
    problem,
  })

export const pushSchema = Type.Object({
  username: name(1, 256),
  firstName: Type.Optional(name(0, 256)),
  lastName: Type.Optional(name(0, 256)),
  emailId: name(1, 320),
  readerGroupIds: Type.Optional(Type.Array(name(1, 128), { maxItems: 1000 })),
  tokenValidity: Type.Optional(Type.Integer()),
  providerName: Type.Optional(name(0, 256)),
  externalId: Type.Optional(name(1, 256)),
  state: Type.Optional(name(0, 512)),
  codeChallenge: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{43}$',
      problem: 'must be 43 base64url characters: the S256 of the verifier',
    }),
  ),
  codeChallengeMethod: Type.Optional(Type.Literal('S256')),
  redirectUrl: Type.Optional(Type.String({ maxLength: 2048 })),
})

const fields = new Set(Object.keys(pushSchema.properties))

/** A payload that meets the schema as the rules take it. */
export function toPush(payload: Static<typeof pushSchema>): Push {
  return { ...payload, unknownFields: unknownFields(payload) }
}

/** Everything that the schema finds wrong with a payload; with none it is a payload for `toPush`. */
export function payloadProblems(payload: unknown): FieldProblem[] {
  // TypeBox stops after eight, unless it is told otherwise for the whole process.
  Settings.Set({ maxErrors: Number.POSITIVE_INFINITY })
  return describeProblems(Value.Errors(pushSchema, payload).map(withSchema))
}

/** The fields of a payload that are as they should be, whatever is wrong with the others. */
export function soundFields(payload: unknown, problems: readonly FieldProblem[]): Partial<Push> {
  if (problems.some(each => each.field === 'body')) return {}
  const wrong = new Set(problems.map(each => each.field.split('.')[0]!))
  const sound = Object.entries(payload as object).filter(([field]) => fields.has(field) && !wrong.has(field))
  return { ...Object.fromEntries(sound), unknownFields: unknownFields(payload as object) }
}

function unknownFields(payload: object): string[] {
  return Object.keys(payload)
    .filter(field => !fields.has(field))
    .map(field => field.slice(0, 64).replace(/\p{Cc}/gu, '?'))
    .slice(0, 20)
}

/** TypeBox names the schema that was not met by its path alone. */
function withSchema(found: SchemaProblem & { readonly schemaPath: string }): SchemaProblem {
  const steps = found.schemaPath.split('/').slice(1)
  // biome-ignore lint/suspicious/noExplicitAny: a walk through a schema, which is any JSON
  return { ...found, parentSchema: steps.reduce((schema: any, step) => schema?.[step], pushSchema) }
}
