// The tables as Kysely sees them. Moments are milliseconds since the epoch, switches are 0 or 1, lists are JSON text;
// both SQLite and PostgreSQL store them alike. Time-ordered keys (see platform/one-time-secret.ts) are 32 bytes.
import type { Selectable } from 'kysely'

type Moment = number
type Switch = 0 | 1

/** `client_secret`: basic or post; `none`: a public client, which proves itself by PKCE alone. */
export type ClientAuthMethod = 'client_secret' | 'private_key_jwt' | 'none'

export type SigningAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

/** How a project signs readers in; one at a time. `jwt`: its own application says who they are. */
export type SsoStandard = 'jwt' | 'openid' | 'saml' | 'accounts'

/** Who may sign in to a project of the standard `accounts`: its members, or everybody who has an account. */
export type AccountAdmission = 'members' | 'anyone'

/** A developer may make suites over the account API. */
export type AccountType = 'user' | 'developer'

/** Who vouches for readers: a provider of OAuth and OpenID Connect, or of SAML. */
export type ProviderKind = 'google' | 'facebook' | 'github' | 'oidc' | 'saml'

/** `owner`: everything; `project_administrator`: their projects; `read_only`: looks, and changes nothing. */
export type AdministratorRole = 'owner' | 'project_administrator' | 'read_only'

export interface Tables {
  settings_version: { id: 1; version: number }
  projects: {
    id: string
    slug: string
    name: string
    site_url: string
    site_host: string
    site_folder: string | null
    login_url: string
    logout_url: string | null
    jwt_enabled: Switch
    home_published: Switch
    unknown_groups: 'reject' | 'ignore' | 'create'
    path_rules: string
    allowed_redirects: string
    signing_algorithm: SigningAlgorithm
    outstanding_codes_limit: number
    binding: 'off' | 'confirm' | 'required'
    site_elsewhere: Switch
    standard: SsoStandard
    account_admission: AccountAdmission
    suite_account_id: string | null
    version: number
    logo_url: string | null
    accent_color: string | null
    min_token_validity: number
    max_token_validity: number
    default_token_validity: number
    created_at: Moment
    updated_at: Moment
    deleted_at: Moment | null
  }
  clients: {
    id: string
    project_id: string
    kind: 'login' | 'site' | 'application'
    name: string
    auth_method: ClientAuthMethod
    redirect_uris: string
    post_logout_redirect_uris: string
    backchannel_logout_uri: string | null
    jwks: string | null
    id_token_algorithm: SigningAlgorithm | null
    created_at: Moment
    version: number
  }
  client_secrets: {
    id: string
    client_id: string
    label: string
    hash: Uint8Array
    hint: string
    created_at: Moment
    expires_at: Moment | null
    last_used_at: Moment | null
  }
  reader_groups: {
    id: string
    project_id: string
    slug: string
    name: string
    created_at: Moment
    version: number
  }
  identity_providers: {
    id: string
    project_id: string
    kind: ProviderKind
    slug: string
    name: string
    settings: string
    wrapped_secret: Uint8Array | null
    created_at: Moment
    version: number
  }
  readers: {
    id: string
    project_id: string
    external_id: string
    username: string
    first_name: string
    last_name: string
    email: string
    group_ids: string
    blocked_at: Moment | null
    sessions_ended_at: Moment | null
    created_at: Moment
    updated_at: Moment
  }
  codes: {
    key: Uint8Array
    project_id: string
    client_id: string
    secret_id: string | null
    reader_id: string
    validity_minutes: number
    redirect_path: string | null
    code_challenge: string | null
    trace_id: string
    expires_at: Moment
    redeemed_at: Moment | null
    session_key: Uint8Array | null
    authorization: string | null
    standard: SsoStandard
    central_key: Uint8Array | null
  }
  sessions: {
    key: Uint8Array
    project_id: string
    reader_id: string
    kind: 'site' | 'tokens' | 'central'
    trace_id: string
    created_at: Moment
    expires_at: Moment
    ended_at: Moment | null
    end_reason: string | null
    central_key: Uint8Array | null
    client_id: string | null
    auth_time: Moment | null
  }
  pending_authorizations: {
    key: Uint8Array
    project_id: string
    client_id: string
    request: string
    trace_id: string
    ticket_hash: Uint8Array | null
    site_session_key: Uint8Array | null
    expires_at: Moment
    used_at: Moment | null
  }
  pushed_requests: { key: Uint8Array; client_id: string; parameters: string; expires_at: Moment }
  refresh_tokens: {
    key: Uint8Array
    session_key: Uint8Array
    client_id: string
    scope: string
    nonce: string | null
    validity_minutes: number
    expires_at: Moment
    used_at: Moment | null
  }
  used_assertions: { client_id: string; jti: string; expires_at: Moment }
  logout_notices: {
    id: string
    project_id: string
    client_id: string
    reader_id: string
    sid: string | null
    trace_id: string
    created_at: Moment
    tries: number
    due_at: Moment | null
    claimed_until: Moment | null
    delivered_at: Moment | null
    last_problem: string | null
  }
  signing_keys: {
    kid: string
    algorithm: SigningAlgorithm
    public_jwk: string
    wrapped_private_key: Uint8Array
    created_at: Moment
    signs_from: Moment
    retired_at: Moment | null
    removed_at: Moment | null
  }
  attempt_steps: {
    trace_id: string
    id: Uint8Array
    project_id: string | null
    at: Moment
    step: string
    outcome: 'passed' | 'failed'
    reason: string | null
    reader: string | null
    address: string | null
    detail: string
  }
  audit_events: {
    id: string
    at: Moment
    actor: string
    origin: string
    project_id: string | null
    action: string
    target: string
    detail: string
  }
  sign_in_counts: { project_id: string; hour: Moment; passed: number; failed: number }
  administrators: {
    id: string
    email: string
    canonical_email: string
    name: string
    role: AdministratorRole
    project_ids: string | null
    password_hash: string | null
    wrapped_totp_secret: Uint8Array | null
    totp_step: number | null
    created_at: Moment
    disabled_at: Moment | null
    version: number
  }
  administrator_links: {
    key: Uint8Array
    administrator_id: string | null
    created_by: string
    created_at: Moment
    expires_at: Moment
    used_at: Moment | null
  }
  administrator_sessions: {
    key: Uint8Array
    administrator_id: string
    created_at: Moment
    last_seen_at: Moment
    expires_at: Moment
    ended_at: Moment | null
    address: string | null
    user_agent: string
  }
  api_keys: {
    id: string
    name: string
    scopes: string
    project_ids: string | null
    hash: Uint8Array
    hint: string
    administrator_id: string | null
    created_by: string
    created_at: Moment
    expires_at: Moment | null
    revoked_at: Moment | null
    last_used_at: Moment | null
  }
  idempotency_keys: {
    key: Uint8Array
    request_hash: Uint8Array
    status: number | null
    sealed_answer: Uint8Array | null
    created_at: Moment
  }
  guess_counters: { key: string; count: number; ends_at: Moment }
  accounts: {
    id: string
    username: string | null
    canonical_username: string | null
    email: string | null
    canonical_email: string | null
    name: string
    type: AccountType
    scope: string
    password_hash: string | null
    api_key_hash: Uint8Array | null
    api_key_hint: string | null
    email_verified_at: Moment | null
    created_at: Moment
    disabled_at: Moment | null
    version: number
  }
  account_members: { account_id: string; project_id: string; group_ids: string; created_at: Moment }
  account_links: {
    key: Uint8Array
    account_id: string
    created_by: string
    created_at: Moment
    expires_at: Moment
    used_at: Moment | null
  }
  account_sessions: {
    key: Uint8Array
    account_id: string
    created_at: Moment
    last_seen_at: Moment
    expires_at: Moment
    ended_at: Moment | null
    end_reason: string | null
    address: string | null
    user_agent: string
  }
  sso_tokens: {
    key: Uint8Array
    project_id: string
    account_session_key: Uint8Array
    session_key: Uint8Array
    target_origin: string
    created_at: Moment
    first_used_at: Moment | null
  }
  upstream_sign_ins: {
    key: Uint8Array
    project_id: string
    provider_id: string
    request: string
    trace_id: string
    expires_at: Moment
    used_at: Moment | null
  }
  used_saml_assertions: { provider_id: string; assertion_id: string; expires_at: Moment }
  schema_migrations: { version: number; name: string; applied_at: Moment }
}

export type Row<T extends keyof Tables> = Selectable<Tables[T]>
