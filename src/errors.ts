// What a rule throws when it refuses or fails. It knows no HTTP: `http/errors.ts` maps codes to statuses.

export type ErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_token'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'access_denied'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'idempotency_key_reused'
  | 'precondition_failed'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'slow_down'
  | 'temporarily_unavailable'
  | 'server_error'

/** One wrong field of an input: where, and what is wrong with it, in words for its author. */
export interface FieldProblem {
  readonly field: string
  readonly problem: string
  /** Where the field stands, if the input is a file. */
  readonly place?: FilePlace
}

/** Both count from 1. */
export interface FilePlace {
  readonly file?: string
  readonly line: number
  readonly column: number
}

/** A refusal or failure with a code of the field and a sentence that is safe to show to the caller. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly fields: readonly FieldProblem[] | undefined
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined
  /** The true reason, a code of `audit/reasons.ts`: for the attempt timeline, never for the caller. */
  readonly reason: string | undefined
  /** The attempt in which the refusal is recorded, where that is not the one of the request itself. */
  traceId: string | undefined
  /** Facts that go with the reason into the timeline; never a secret. */
  readonly detail: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    sentence: string,
    more: {
      fields?: readonly FieldProblem[]
      retryAfter?: number
      reason?: string
      detail?: Record<string, unknown>
      cause?: unknown
    } = {},
  ) {
    super(sentence, { cause: more.cause })
    this.name = 'AppError'
    this.code = code
    this.fields = more.fields
    this.retryAfter = more.retryAfter
    this.reason = more.reason
    this.detail = more.detail ?? {}
  }
}
