// An operation of the admin API as data: what it is called, who may, what it takes and gives, and the one rule that it
// asks. The router, the OpenAPI document, the page for people and the tests all read the same list of them.
import type { Static, TObject, TSchema } from 'typebox'
import type { Principal, Scope } from '../administrators/principal.ts'
import type { Visit } from '../audit/attempts.ts'
import type { ErrorCode } from '../errors.ts'
import type { Core } from '../http/core.ts'
import type { OutboundFetch } from '../platform/outbound-fetch.ts'
import type { Project } from '../projects/project.ts'

/** What operations work with. `database` also takes the idempotency key of a creating request. */
export interface ApiDeps extends Core {
  /** Wraps what only this installation may read: see keys/wrap.ts. */
  readonly wrapping: Buffer
  /** The way out, to what project administrators name. */
  readonly fetch: OutboundFetch
  readonly production: boolean
  /** Days that a signing key signs; 0: keys are rotated by hand alone. */
  readonly keyRotationDays: number
  /** Of the program. */
  readonly version: string
}

/** The chapters of the API page, in its order. */
export const tags = {
  Self: 'Who you are to this API.',
  Projects: 'A knowledge base and the login endpoint in front of it.',
  Secrets: 'What login endpoints and sites prove themselves by. Shown once, in the answer that makes them.',
  Clients: 'The login client, the site client, and OpenID Connect clients of a project.',
  Groups: 'Reader groups: what decides which pages a reader may open.',
  Readers: 'Who signed in, and what they have open.',
  'Sign-ins': 'Every sign-in with its steps, and why it failed.',
  Notices: 'The word to sites that a session has ended.',
  Test: 'Try an integration before readers do.',
  Keys: 'What tokens are signed with.',
  Configuration: 'Projects as a file.',
  Audit: 'Who changed what, when and from where.',
  Administrators: 'The people of the console.',
  'API keys': 'What this API is opened with.',
} as const
export type Tag = keyof typeof tags

export interface Call<Q, B> {
  readonly deps: ApiDeps
  readonly principal: Principal
  /** The project of the address, where there is one. */
  readonly project: Project
  /** Other parts of the address. */
  readonly params: Readonly<Record<string, string>>
  readonly query: Q
  readonly body: B
  /** The version that the caller looked at (If-Match). */
  readonly expectedVersion: number | undefined
  readonly visit: Visit
}

interface Described {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below /api/v1, with `:name` for what varies. A `:project` is found, and refused, before anything is asked. */
  readonly path: string
  /** `operationId`. */
  readonly id: string
  readonly tag: Tag
  readonly summary: string
  readonly description?: string
  /** The right that it needs; null: any key will do. */
  readonly scope: Scope | null
  /** It concerns the whole installation, so a key for some projects will not do. */
  readonly allProjects?: true
  /** Makes something, or a secret: takes an idempotency key. */
  readonly creates?: true
  /** A POST that changes nothing, and so leaves nothing in the audit log. */
  readonly asks?: true
  /** Changes what has a version: takes If-Match. */
  readonly versioned?: true
  /** What it refuses beside what follows from the rest. */
  readonly refuses?: readonly ErrorCode[]
  readonly status: 200 | 201 | 202 | 204
}

export interface Operation extends Described {
  readonly query?: TObject
  readonly body?: TObject
  readonly answer: TSchema
  handle(call: Call<unknown, unknown>): Promise<unknown>
}

interface Typed<A extends TSchema, Q extends TObject, B extends TObject> extends Described {
  readonly query?: Q
  readonly body?: B
  readonly answer: A
  handle(call: Call<Static<Q>, Static<B>>): Promise<Static<A>>
}

// biome-ignore lint/complexity/noBannedTypes: an object without fields is what an operation without query takes
type Nothing = TObject<{}>

/** Lets the compiler check an operation's handler against its schemas. */
export function operation<A extends TSchema, Q extends TObject = Nothing, B extends TObject = Nothing>(
  typed: Typed<A, Q, B>,
): Operation {
  return typed as unknown as Operation
}
