// The request for a login token as it is written (contract, section 5), and the push that it amounts to.
import Type, { type Static } from 'typebox'
import type { Project } from '../projects/project.ts'
import type { Reader } from '../readers/reader.ts'
import { name } from './push-payload.ts'
import type { Push } from './read-push.ts'

const TYPE = 'urn:devrev:params:oauth:token-type'
export const ONE_TIME_TYPE = `${TYPE}:session:onetime`
export const APPLICATION_TOKEN_TYPE = `${TYPE}:aat`

const optional = Type.Optional(name(0, 256))
const traits = Type.Optional(Type.Object({}))

export const loginTokenSchema = Type.Object({
  grant_type: Type.Literal('urn:ietf:params:oauth:grant-type:token-exchange'),
  requested_token_type: Type.Literal(ONE_TIME_TYPE),
  subject_token_type: Type.Literal(`${TYPE}:revinfo`),
  rev_info: Type.Object({
    user_ref: Type.Optional(name(1, 256)),
    user_id: optional,
    account_ref: optional,
    org_ref: optional,
    workspace_ref: optional,
    user_traits: Type.Optional(
      Type.Object({
        email: Type.Optional(name(1, 320)),
        display_name: optional,
        full_name: optional,
        phone_numbers: Type.Optional(Type.Array(name(0, 64), { maxItems: 100 })),
        description: Type.Optional(Type.String({ maxLength: 4096 })),
        custom_fields: Type.Optional(
          Type.Object({ reader_groups: Type.Optional(Type.Array(name(1, 128), { maxItems: 1000 })) }),
        ),
      }),
    ),
    account_traits: traits,
    workspace_traits: traits,
    org_traits: traits,
  }),
})

export type LoginTokenRequest = Static<typeof loginTokenSchema>

/** The key of the reader that a request speaks of; undefined where it says too little. */
export function readerKeyOf({ rev_info: { user_ref, user_traits } }: LoginTokenRequest): string | undefined {
  return (user_ref ?? user_traits?.email)?.normalize('NFC')
}

/**
 * The push that a request amounts to. What it leaves out stays as it is with a reader who is known already, groups too:
 * here all traits are optional, while a push says everything.
 */
export function pushOf(
  project: Project,
  externalId: string,
  request: LoginTokenRequest,
  known: Reader | undefined,
): Push {
  const { email, display_name, full_name, custom_fields } = request.rev_info.user_traits ?? {}
  const emailId = email ?? known?.email ?? externalId
  const names = full_name === undefined ? known : splitName(full_name)
  return {
    externalId,
    emailId,
    username: named(display_name) ?? named(full_name) ?? known?.username ?? emailId.slice(0, 256),
    firstName: names?.firstName ?? '',
    lastName: names?.lastName ?? '',
    readerGroupIds: custom_fields?.reader_groups ?? groupsThatAre(project, known),
  }
}

function named(text: string | undefined): string | undefined {
  return text?.trim() ? text : undefined
}

/** The last word is the family name: a guess, and one that shows the whole name again. */
function splitName(fullName: string): { firstName: string; lastName: string } {
  const words = fullName.trim().split(/\s+/u)
  return {
    firstName: words.slice(0, -1).join(' ') || words[0]!,
    lastName: words.length > 1 ? words.at(-1)! : '',
  }
}

function groupsThatAre(project: Project, known: Reader | undefined): string[] {
  return (known?.groupIds ?? []).filter(id => project.groups.some(group => group.id === id))
}
