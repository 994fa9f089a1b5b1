import { recordRefusal, recordStep, type Visit } from '../audit/attempts.ts'
import { blocked, refuseClosed, settleNewGroups } from '../codes/make-code.ts'
import { readPush } from '../codes/read-push.ts'
import type { Database } from '../db/database.ts'
import { AppError } from '../errors.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import type { Clock } from '../platform/clock.ts'
import { newOneTimeSecret } from '../platform/one-time-secret.ts'
import type { ClientSecret, Project } from '../projects/project.ts'
import type { RegisteredClient, Registry } from '../projects/registry.ts'
import { touchSecret } from '../projects/touch-secret.ts'
import { admitReader } from '../readers/admit-reader.ts'
import type { Reader } from '../readers/reader.ts'
import { findReaderByExternalId } from '../readers/reader-store.ts'
import { type Session, sidOf } from '../sessions/session.ts'
import { insertSession } from '../sessions/session-store.ts'
import { issueTokens, SCOPE, type TokenResponse } from '../tokens/issue-tokens.ts'
import { externalIdOf, type IdentityProvider, tellSlug } from '../upstream/identity-provider.ts'
import { findIdentityProvider, listIdentityProviders } from '../upstream/identity-provider-store.ts'
import { pushOfIdentity } from '../upstream/push-of-identity.ts'
import type { Identify } from '../upstream/tokens/identify.ts'
import { type Identified, type PresentedToken, tokenTypes } from '../upstream/tokens/presented-token.ts'
import { refuseToken } from '../upstream/tokens/refuse-token.ts'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

interface Deps {
  readonly database: Database
  readonly clock: Clock
  readonly registry: Registry
  readonly keys: KeyRing
  readonly issuer: string
  readonly identify: Identify
}

/** What is presented: a token, and which of the project's providers it is of. */
export interface ProviderTokenRequest extends PresentedToken {
  /** The provider's slug, or its kind where the project has one of the kind. */
  readonly provider: string
  /** Words of `SCOPE`. */
  readonly scope: string
}

export interface ExchangeResponse extends TokenResponse {
  readonly issued_token_type: typeof tokenTypes.accessToken
}

/**
 * Token exchange (RFC 8693) for a site client that has proved who it is: a provider's token, checked with the provider,
 * for tokens of ours. Readers are known by issuer and subject, never by an e-mail address.
 * @throws AppError `invalid_grant`, one sentence for all; why stands in the attempt.
 */
export async function exchangeProviderToken(
  deps: Deps,
  by: { client: RegisteredClient; secret?: ClientSecret | undefined },
  request: ProviderTokenRequest,
  visit: Visit,
): Promise<ExchangeResponse> {
  const now = deps.clock.now()
  const { id: projectId } = by.client.project
  const told: { reader: string | null; detail: Record<string, unknown> } = {
    reader: null,
    detail: { provider: tellSlug(request.provider) },
  }
  try {
    refuseClosedToProviders(by.client.project)
    const provider = await findProvider(deps.database, by.client.project, request.provider)
    const identified = await deps.identify(provider, request, now)
    told.reader = externalIdOf(identified.identity)
    told.detail = { provider: provider.slug, issuer: identified.identity.issuer }
    return await openSession(deps, by, request, { identified, told, now }, visit)
  } catch (error) {
    if (!(error instanceof AppError) || error.reason === undefined) throw error
    const { reason, detail, cause } = error
    const about = { step: 'exchange', projectId, reader: told.reader, at: now } as const
    await recordRefusal(deps.database, visit, about, { reason, detail: { ...detail, ...told.detail } })
    const { code, message } = refuseToken('subject_token_invalid')
    throw new AppError(code, message, { reason, cause })
  }
}

async function openSession(
  deps: Deps,
  { client: before, secret }: { client: RegisteredClient; secret?: ClientSecret | undefined },
  request: ProviderTokenRequest,
  found: { identified: Identified; told: { reader: string | null; detail: object }; now: number },
  visit: Visit,
): Promise<ExchangeResponse> {
  const { identified, told, now } = found
  // The provider has taken its time: what may have changed meanwhile is looked at again.
  await deps.registry.refresh()
  const client = deps.registry.client(before.id)
  if (!client) throw new AppError('invalid_client', 'The client is gone.')
  const { project } = client
  refuseClosedToProviders(project)
  const pushed = readPush(project, pushOfIdentity(project, identified.identity), now)
  const key = await deps.keys.signingKey(client.idTokenAlgorithm ?? project.signingAlgorithm)
  const expiresAt = now + pushed.validityMinutes * 60_000
  const authTime = Math.min(identified.authTime ?? now, now)

  const opened = await deps.database.write(
    async (tx): Promise<{ reader: Reader; session: Session } | undefined> => {
      const known = await findReaderByExternalId(tx, project.id, pushed.profile.externalId)
      // A group is not made for somebody who may not come in.
      if (known && known.blockedAt !== null) return undefined
      const profile = await settleNewGroups(tx, project, pushed, now)
      const reader = await admitReader(tx, project.id, profile, now)
      const session: Session = {
        // Nobody presents it: the tokens name it by its ID.
        key: newOneTimeSecret(now).key,
        projectId: project.id,
        readerId: reader.id,
        kind: 'tokens',
        traceId: visit.traceId,
        createdAt: now,
        expiresAt,
        centralKey: null,
        clientId: client.id,
        authTime,
      }
      await insertSession(tx, session)
      await recordStep(tx, {
        ...visit,
        projectId: project.id,
        at: now,
        step: 'exchange',
        outcome: 'passed',
        reason: null,
        reader: told.reader,
        detail: { ...pushed.detail, ...told.detail },
      })
      if (secret) await touchSecret(tx, secret, now)
      return { reader, session }
    },
  )
  if (!opened) throw blocked()

  if (pushed.newGroups.length > 0) await deps.registry.refresh()
  const { reader, session } = opened
  const tokens = issueTokens(key, deps.issuer, {
    project: deps.registry.client(client.id)?.project ?? project,
    clientId: client.id,
    reader,
    sid: sidOf(session.key),
    authTime,
    expiresAt,
    scope: request.scope,
    nonce: null,
    now,
  })
  return { ...tokens, issued_token_type: tokenTypes.accessToken }
}

/** A project whose readers come by its own application or an OpenID provider takes tokens of providers too. */
function refuseClosedToProviders(project: Project): void {
  refuseClosed(project, project.standard === 'jwt' ? 'jwt' : 'openid')
}

/** Reads the words of `scope`; without any, all that a pushed code grants. @throws AppError `invalid_scope`. */
export function readExchangeScope(scope: string | undefined): string {
  const words = (scope ?? '').split(' ').filter(word => word !== '')
  const known = SCOPE.split(' ')
  if (words.some(word => !known.includes(word))) {
    throw new AppError('invalid_scope', `The scopes of an exchange are ${known.join(', ')}.`)
  }
  return words.length === 0 ? SCOPE : [...new Set(words)].join(' ')
}

async function findProvider(database: Database, project: Project, name: string): Promise<IdentityProvider> {
  const bySlug = await findIdentityProvider(database.read, project.id, name)
  if (bySlug) return bySlug
  const ofKind = (await listIdentityProviders(database.read, project.id)).filter(({ kind }) => kind === name)
  if (ofKind.length !== 1) throw refuseToken('provider_unknown', { ofKind: ofKind.length })
  return ofKind[0]!
}
