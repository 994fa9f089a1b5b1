// Which page of the console mends what failed for a reason: the sentence and the fix are in audit/reasons.ts.
import type { Scope } from '../../administrators/principal.ts'
import type { AttemptStep } from '../../audit/attempts.ts'
import type { Reason } from '../../audit/reasons.ts'
import type { Project } from '../../projects/project.ts'
import type { Reader } from '../../readers/reader.ts'
import type { ConsoleFrame } from './console-frame.ts'

export interface MendingPage {
  readonly href: string
  readonly label: string
}

type Page =
  | 'accounts'
  | 'credentials'
  | 'jwt'
  | 'sites'
  | 'groups'
  | 'test'
  | 'snippets'
  | 'reader'
  | 'providers'
  | 'settings'

const pages: Readonly<Record<Page, readonly [path: string, label: string, scope: Scope]>> = {
  accounts: ['/members', 'Open members', 'readers:read'],
  credentials: ['/jwt', 'Client ID and secrets', 'projects:read'],
  jwt: ['/jwt', 'Open JWT SSO', 'projects:read'],
  sites: ['/sites', 'Open sites and clients', 'projects:read'],
  groups: ['/groups', 'Open reader groups', 'projects:read'],
  test: ['/test', 'Test this payload', 'sign-ins:test'],
  snippets: ['/snippets', 'Compare with a login endpoint that works', 'projects:read'],
  providers: ['/providers', 'Open identity providers', 'projects:read'],
  settings: ['/settings', 'Open the settings', 'projects:read'],
  reader: ['/readers', 'Open the reader', 'readers:read'],
}

const pageOf: Readonly<Record<Reason, Page>> = {
  credentials_missing: 'credentials',
  client_unknown: 'credentials',
  client_wrong_kind: 'credentials',
  secret_wrong: 'credentials',
  secret_retired: 'credentials',
  secret_revoked_since: 'credentials',
  too_many_failures: 'credentials',
  payload_invalid: 'test',
  body_unreadable: 'snippets',
  groups_unknown: 'groups',
  jwt_off: 'jwt',
  other_standard: 'settings',
  reader_blocked: 'reader',
  too_many_codes: 'jwt',
  code_malformed: 'snippets',
  code_unknown: 'snippets',
  code_expired: 'snippets',
  code_used: 'snippets',
  code_other_door: 'jwt',
  code_other_project: 'jwt',
  verifier_missing: 'snippets',
  verifier_wrong: 'snippets',
  verifier_unexpected: 'snippets',
  not_begun_here: 'jwt',
  confirm_refused: 'jwt',
  confirm_forged: 'jwt',
  code_other_client: 'sites',
  session_over: 'sites',
  refresh_token_used: 'sites',
  login_required: 'sites',
  other_browser: 'sites',
  request_malformed: 'sites',
  redirect_not_allowed: 'sites',
  logout_not_delivered: 'sites',
  logout_refused: 'sites',
  site_missing: 'sites',
  account_unknown: 'accounts',
  account_password_wrong: 'accounts',
  account_password_unset: 'accounts',
  account_disabled: 'accounts',
  account_changed: 'accounts',
  account_not_member: 'accounts',
  too_many_guesses: 'accounts',
  suite_unknown: 'accounts',
  suite_token_invalid: 'accounts',
  suite_token_expired: 'accounts',
  suite_session_over: 'accounts',
  provider_unknown: 'providers',
  provider_unreachable: 'providers',
  provider_secret_wrong: 'providers',
  provider_missing: 'providers',
  provider_refused: 'providers',
  answer_not_awaited: 'providers',
  answer_mixed_up: 'providers',
  saml_response_unreadable: 'providers',
  saml_encrypted: 'providers',
  saml_unsigned: 'providers',
  saml_certificate_unknown: 'providers',
  saml_signature_invalid: 'providers',
  saml_algorithm_refused: 'providers',
  saml_expired: 'providers',
  saml_not_yet_valid: 'providers',
  saml_audience_wrong: 'providers',
  saml_recipient_wrong: 'providers',
  saml_request_other: 'providers',
  saml_replayed: 'providers',
  saml_assertion_incomplete: 'providers',
  saml_subject_unusable: 'providers',
  login_forged: 'settings',
  target_not_allowed: 'sites',
  sso_token_unknown: 'sites',
  sso_token_expired: 'sites',
  sso_token_other_origin: 'sites',
  subject_token_type_wrong: 'providers',
  subject_token_invalid: 'providers',
  subject_token_expired: 'providers',
  subject_token_other_app: 'providers',
}

/** The page, where the visitor may open it; undefined where the project is gone or nobody knows which one it is. */
export function mendingPage(
  frame: ConsoleFrame,
  step: AttemptStep,
  about: { readonly project: Project | undefined; readonly reader: Reader | undefined },
): MendingPage | undefined {
  const { project, reader } = about
  if (step.reason === null || !Object.hasOwn(pageOf, step.reason)) return undefined
  if (!project || project.id !== step.projectId) {
    // Whoever sent it is a stranger to every project: there they find the right ID to copy.
    return step.projectId === null ? { href: '/console', label: 'All projects' } : undefined
  }
  const usual = pageOf[step.reason as Reason]
  // A site presents credentials of its own.
  const page = usual === 'credentials' && step.step !== 'code' ? 'sites' : usual
  const [path, label, scope] = pages[page]
  if (!frame.scopes.has(scope)) return undefined
  const end = page === 'reader' && reader ? `/${reader.id}` : ''
  return { href: `/console/projects/${project.slug}${path}${end}`, label }
}
