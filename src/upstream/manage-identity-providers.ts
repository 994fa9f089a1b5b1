import Value from 'typebox/value'
import type { Actor } from '../audit/audit-log.ts'
import type { Database } from '../db/database.ts'
import type { Handle } from '../db/handle.ts'
import type { ProviderKind } from '../db/tables.ts'
import { AppError, type FieldProblem } from '../errors.ts'
import { unwrap, wrap } from '../keys/wrap.ts'
import type { Clock } from '../platform/clock.ts'
import { uuidv7 } from '../platform/random.ts'
import { describeProblems, type SchemaProblem } from '../platform/schema-problems.ts'
import { changeSettings } from '../projects/change-settings.ts'
import { webUrl } from '../projects/check-settings.ts'
import type { Project } from '../projects/project.ts'
import { refuseStale } from '../projects/refuse-stale.ts'
import { type IdentityProvider, settingsSchemas } from './identity-provider.ts'
import {
  findIdentityProvider,
  insertIdentityProvider,
  removeIdentityProvider,
  writeIdentityProvider,
} from './identity-provider-store.ts'
import { certificateProblem } from './saml/certificate.ts'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  /** Wraps secrets at rest. */
  readonly wrapping: Buffer
}

export interface ProviderInput {
  readonly kind: ProviderKind
  readonly slug: string
  readonly name: string
  readonly settings: unknown
  /** The secret of our application at the provider; undefined leaves the one that is stored, null takes it away. */
  readonly secret?: string | null | undefined
}

/**
 * Makes an identity provider of a project.
 * @throws AppError `invalid_request` with a problem per field, `conflict` for a slug that the project has.
 */
export async function createIdentityProvider(
  deps: Deps,
  actor: Actor,
  project: Project,
  input: ProviderInput,
): Promise<IdentityProvider> {
  const now = deps.clock.now()
  const settings = checkProvider(input)
  return await changeSettings(deps.database, actor, now, async tx => {
    if (await findIdentityProvider(tx, project.id, input.slug)) {
      throw new AppError(
        'conflict',
        `Project ${project.slug} has an identity provider ${input.slug} already.`,
      )
    }
    const id = uuidv7(now)
    const { kind, slug, name } = input
    const wrappedSecret = input.secret ? wrapSecret(deps, id, input.secret) : null
    const provider = {
      id,
      projectId: project.id,
      kind,
      slug,
      name,
      settings,
      wrappedSecret,
      createdAt: now,
      version: 1,
    }
    await insertIdentityProvider(tx, provider)
    const detail = { kind, name, settings }
    return {
      result: provider,
      event: { action: 'provider.create', projectId: project.id, target: slug, detail },
    }
  })
}

/** @throws AppError as `createIdentityProvider`, `not_found`, `precondition_failed` for another version. */
export async function updateIdentityProvider(
  deps: Deps,
  actor: Actor,
  project: Project,
  input: Omit<ProviderInput, 'kind'>,
  expectedVersion?: number,
): Promise<IdentityProvider> {
  const now = deps.clock.now()
  return await changeSettings(deps.database, actor, now, async tx => {
    const before = await requireIdentityProvider(tx, project, input.slug)
    refuseStale(`Identity provider ${before.slug}`, before, expectedVersion)
    const settings = checkProvider({ ...input, kind: before.kind })
    refuseSecretElsewhere(before, settings, input.secret)
    const wrappedSecret =
      input.secret === undefined
        ? before.wrappedSecret
        : input.secret === null
          ? null
          : wrapSecret(deps, before.id, input.secret)
    const provider = { ...before, name: input.name, settings, wrappedSecret, version: before.version + 1 }
    await writeIdentityProvider(tx, provider)
    const detail = {
      from: before.settings,
      to: settings,
      secret: input.secret === undefined ? 'kept' : 'changed',
    }
    const event = { action: 'provider.update', projectId: project.id, target: before.slug, detail }
    return { result: provider, event }
  })
}

/** @throws AppError `not_found`, `precondition_failed`. */
export async function deleteIdentityProvider(
  deps: Deps,
  actor: Actor,
  project: Project,
  slug: string,
  expectedVersion?: number,
): Promise<void> {
  const now = deps.clock.now()
  await changeSettings(deps.database, actor, now, async tx => {
    const provider = await requireIdentityProvider(tx, project, slug)
    refuseStale(`Identity provider ${slug}`, provider, expectedVersion)
    await removeIdentityProvider(tx, provider.id)
    const event = { action: 'provider.delete', projectId: project.id, target: slug, detail: {} }
    return { result: undefined, event }
  })
}

/** @throws AppError `not_found`. */
export async function requireIdentityProvider(
  db: Handle,
  project: Project,
  slug: string,
): Promise<IdentityProvider> {
  const provider = await findIdentityProvider(db, project.id, slug)
  if (!provider) throw new AppError('not_found', `Project ${project.slug} has no identity provider ${slug}.`)
  return provider
}

/** The secret of our application at the provider, for asking it; undefined where there is none. */
export function openProviderSecret(wrapping: Buffer, provider: IdentityProvider): string | undefined {
  return provider.wrappedSecret
    ? unwrap(wrapping, nameOf(provider.id), provider.wrappedSecret).toString()
    : undefined
}

function wrapSecret(deps: Deps, id: string, secret: string): Buffer {
  return wrap(deps.wrapping, nameOf(id), Buffer.from(secret))
}

function nameOf(id: string): string {
  return `identity provider ${id}`
}

/** Where each kind sends its secret. */
const SECRET_GOES_TO = ['issuer', 'apiUrl', 'graphUrl']

/** Who may change an address has not been told the secret: it is not sent to wherever they like. */
function refuseSecretElsewhere(
  before: IdentityProvider,
  settings: IdentityProvider['settings'],
  secret: string | null | undefined,
): void {
  if (before.wrappedSecret === null || secret !== undefined) return
  const [from, to] = [before.settings, settings] as Record<string, unknown>[]
  if (!SECRET_GOES_TO.some(name => from![name] !== to![name])) return
  throw new AppError('invalid_request', 'The secret would go to another address: enter it again.', {
    fields: [{ field: 'secret', problem: 'must be entered again, because it goes to another address now' }],
  })
}

const URL_FIELDS = ['issuer', 'jwksUri', 'graphUrl', 'apiUrl', 'singleSignOnUrl', 'metadataUrl']

function checkProvider(input: ProviderInput): IdentityProvider['settings'] {
  const problems: FieldProblem[] = []
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(input.slug)) {
    problems.push({ field: 'slug', problem: 'must be 1 to 63 lower-case letters, digits and inner hyphens' })
  }
  if (input.name.trim().length === 0 || input.name.length > 100 || /\p{Cc}/u.test(input.name)) {
    problems.push({ field: 'name', problem: 'must be 1 to 100 characters without control characters' })
  }
  const schema = settingsSchemas[input.kind]
  if (!schema)
    problems.push({ field: 'kind', problem: `must be one of ${Object.keys(settingsSchemas).join(', ')}` })
  else problems.push(...describeProblems(Value.Errors(schema, input.settings) as unknown as SchemaProblem[]))
  for (const field of URL_FIELDS) {
    const value = (input.settings as Record<string, unknown> | null)?.[field]
    if (typeof value === 'string' && !webUrl(value)) {
      problems.push({ field, problem: 'must be an http(s) URL without credentials and #' })
    }
  }
  if (input.kind === 'saml') problems.push(...certificateProblems(input.settings))
  if (problems.length > 0) {
    const listed = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
    throw new AppError('invalid_request', `The identity provider cannot be taken: ${listed}.`, {
      fields: problems,
    })
  }
  return input.settings as IdentityProvider['settings']
}

function certificateProblems(settings: unknown): FieldProblem[] {
  const listed = (settings as { certificates?: unknown } | null)?.certificates
  return (Array.isArray(listed) ? listed : []).flatMap((each, index) => {
    const problem = typeof each === 'string' ? certificateProblem(each) : undefined
    return problem ? [{ field: `certificates.${index}`, problem }] : []
  })
}
