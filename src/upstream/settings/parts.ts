import Type from 'typebox'

const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description })

/** Where a provider is asked: configuration, so that tests and private installations have their own. */
export const url = (description: string) => text(2048, description)

/** For a provider that does not say which of its addresses it has made sure of. */
export const trustEmail = Type.Optional(
  Type.Boolean({
    description: 'E-mail addresses are taken also where the provider does not call them verified.',
  }),
)

/** What a provider can say about groups: which claim has them, and which group of ours each value stands for. */
export const groups = {
  groupsClaim: Type.Optional(text(256, 'The claim or attribute with the names of groups; none without it.')),
  groupMap: Type.Optional(
    Type.Record(Type.String({ maxLength: 256 }), Type.String({ maxLength: 63 }), {
      description: "The slug of a reader group for each of the provider's names; others are passed over.",
    }),
  ),
}

/** IDs of applications at the provider whose tokens are taken: a token for any other application is refused. */
export const clientIds = Type.Array(text(512, 'A client ID at the provider.'), { minItems: 1, maxItems: 20 })
