import { recordRefusal, type Visit } from '../audit/attempts.ts'
import { AppError } from '../errors.ts'
import type { KeyRing } from '../keys/key-ring.ts'
import { toSeconds } from '../platform/clock.ts'
import { keyOfSecret } from '../platform/one-time-secret.ts'
import type { AuthenticatedClient } from '../projects/client-secrets.ts'
import { touchSecret } from '../projects/touch-secret.ts'
import { findReaderByExternalId } from '../readers/reader-store.ts'
import { mint } from '../tokens/mint.ts'
import { LOGIN_TOKEN_LIFE } from './code.ts'
import { type LoginTokenRequest, pushOf, readerKeyOf } from './login-token-request.ts'
import { type MakingDeps, makeCode } from './make-code.ts'

export interface LoginToken {
  /** A JWT. */
  readonly token: string
  /** Seconds. */
  readonly expiresIn: number
  readonly traceId: string
}

/**
 * Makes a one-time login token for a reader, who is made too where nobody knows them (contract, section 5). It is a code
 * in a signed envelope: what redeems, expires, revokes and tells about codes does the same with it.
 * @throws AppError `access_denied`, `invalid_request`, `slow_down`; why stands in the attempt.
 */
export async function createLoginToken(
  deps: MakingDeps & { readonly keys: KeyRing; readonly issuer: string },
  { client, secret }: AuthenticatedClient,
  request: LoginTokenRequest,
  visit: Visit,
): Promise<LoginToken> {
  const { project } = client
  const externalId = readerKeyOf(request)
  if (externalId === undefined) {
    const refusal = unknownReader()
    const about = { step: 'code', projectId: project.id, reader: null, at: deps.clock.now() } as const
    await recordRefusal(deps.database, visit, about, refusal)
    throw refusal
  }
  const known = await findReaderByExternalId(deps.database.read, project.id, externalId)
  const key = await deps.keys.signingKey(project.signingAlgorithm)
  let made: { readerId: string; now: number } | undefined
  const { code, expiresIn, traceId } = await makeCode(
    deps,
    {
      project,
      standard: 'jwt',
      clientId: client.id,
      secretId: secret.id,
      life: LOGIN_TOKEN_LIFE,
      detail: { loginToken: true, hint: secret.hint, ...accountOf(request) },
      alongside: async (tx, { reader, now }) => {
        made = { readerId: reader.id, now }
        await touchSecret(tx, secret, now)
      },
    },
    pushOf(project, externalId, request, known),
    visit,
  )
  const { readerId, now } = made!
  const iat = toSeconds(now)
  const claims = {
    iss: deps.issuer,
    aud: project.siteUrl,
    sub: readerId,
    iat,
    exp: iat + expiresIn,
    jti: tokenIdOf(code),
    code,
  }
  return { token: mint(key, 'login+jwt', claims), expiresIn, traceId }
}

/** The public name of a login token: the key of its row, which presents nothing. */
function tokenIdOf(code: string): string {
  return keyOfSecret(code)!.toString('base64url')
}

/** Gatepass has no accounts of customers; whoever reads the attempt may know theirs by it. */
function accountOf({ rev_info }: LoginTokenRequest): { account?: string } {
  const account = rev_info.account_ref ?? rev_info.workspace_ref ?? rev_info.org_ref
  return account === undefined ? {} : { account: account.slice(0, 64) }
}

function unknownReader(): AppError {
  const fields = [
    {
      field: 'rev_info.user_ref',
      problem: 'is missing: it, or rev_info.user_traits.email, says who the reader is',
    },
  ]
  return new AppError('invalid_request', 'rev_info does not say who the reader is.', {
    fields,
    reason: 'payload_invalid',
    detail: { fields },
  })
}
