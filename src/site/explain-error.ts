// What a person is told about an error, in their language. The sentence of the error itself is for programs and for the
// log; its reason stays in the timeline, and only says which of our own sentences fits.
import type { AppError, ErrorCode } from '../errors.ts'
import { TwoSessionCookies } from './cookies.ts'
import type { Words } from './languages/languages.ts'

export interface Explanation {
  readonly title: string
  readonly sentence: string
  /** What probably led to it. */
  readonly probably?: string
}

type Causes = Words['error']['causes']
type Sentences = Words['error']['sentences']
type Titles = Words['error']['titles']

/** Why a code was not taken. */
const causes: Partial<Record<string, keyof Causes>> = {
  code_expired: 'expired',
  code_used: 'used',
  verifier_missing: 'otherBrowser',
  verifier_wrong: 'otherBrowser',
  not_begun_here: 'notBegunHere',
  reader_blocked: 'blocked',
  jwt_off: 'switchedOff',
  other_standard: 'otherWay',
  secret_revoked_since: 'renewed',
}

/** Where the reason tells more than the code. */
const byReason: Partial<Record<string, keyof Sentences>> = {
  jwt_off: 'switchedOff',
  other_standard: 'otherWay',
  account_not_member: 'notAdmitted',
  confirm_forged: 'forged',
  session_over: 'sessionOver',
  answer_not_awaited: 'sessionOver',
  other_browser: 'otherBrowser',
  client_unknown: 'clientUnknown',
  redirect_not_allowed: 'redirectNotAllowed',
  request_malformed: 'badRequest',
  reader_blocked: 'blocked',
  provider_missing: 'notSetUp',
  provider_unknown: 'notSetUp',
  provider_refused: 'providerFailed',
  provider_secret_wrong: 'providerFailed',
  answer_mixed_up: 'providerFailed',
  subject_token_invalid: 'providerFailed',
  subject_token_expired: 'providerFailed',
  subject_token_other_app: 'providerFailed',
}

const byCode: Partial<Record<ErrorCode, keyof Sentences>> = {
  not_found: 'notFound',
  method_not_allowed: 'method',
  access_denied: 'closed',
  slow_down: 'tooMany',
  temporarily_unavailable: 'unavailable',
  server_error: 'fault',
}

const titles: Partial<Record<ErrorCode, keyof Titles>> = {
  not_found: 'notFound',
  access_denied: 'closed',
  temporarily_unavailable: 'fault',
  server_error: 'fault',
}

export function explainError(error: AppError, words: Words): Explanation {
  const { titles: title, sentences, causes: cause } = words.error
  const reason = error.reason ?? ''
  if (error.code === 'invalid_grant') {
    return {
      title: title.code,
      sentence: sentences.code,
      probably: cause[(Object.hasOwn(causes, reason) && causes[reason]) || 'cutOff'],
    }
  }
  return { title: title[titles[error.code] ?? 'other'], sentence: sentences[sentenceFor(error, reason)] }
}

function sentenceFor(error: AppError, reason: string): keyof Sentences {
  if (error instanceof TwoSessionCookies) return 'twoCookies'
  const telling = error.code === 'access_denied' || error.code === 'invalid_request'
  const special = telling && Object.hasOwn(byReason, reason) ? byReason[reason] : ofSaml(reason)
  return special ?? byCode[error.code] ?? 'unreadable'
}

/** What is wrong with an answer is for the administrator. */
function ofSaml(reason: string): keyof Sentences | undefined {
  return reason.startsWith('saml_') ? 'providerFailed' : undefined
}
