// The tables as Kysely sees them. Moments are milliseconds since the epoch, switches are 0 or 1, lists are JSON text;
// both SQLite and PostgreSQL store them alike. Time-ordered keys (see platform/one-time-secret.ts) are 32 bytes.
import type { Selectable } from 'kysely'

type Moment = number
type Switch = 0 | 1

export type SigningAlgorithm = 'ES256' | 'EdDSA' | 'RS256'

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
    created_at: Moment
    updated_at: Moment
    deleted_at: Moment | null
  }
  clients: { id: string; project_id: string; kind: 'login' | 'site'; created_at: Moment }
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
  reader_groups: { id: string; project_id: string; slug: string; name: string; created_at: Moment }
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
    secret_id: string
    reader_id: string
    validity_minutes: number
    redirect_path: string | null
    code_challenge: string | null
    trace_id: string
    expires_at: Moment
    redeemed_at: Moment | null
    session_key: Uint8Array | null
  }
  sessions: {
    key: Uint8Array
    project_id: string
    reader_id: string
    kind: 'site' | 'tokens'
    trace_id: string
    created_at: Moment
    expires_at: Moment
    ended_at: Moment | null
    end_reason: string | null
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
  schema_migrations: { version: number; name: string; applied_at: Moment }
}

export type Row<T extends keyof Tables> = Selectable<Tables[T]>
