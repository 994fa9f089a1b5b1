import { AppError, type FieldProblem } from '../errors.ts'
import { type ProviderTokenRequest, readExchangeScope } from '../oidc/exchange-provider-token.ts'
import { type PresentedType, tokenTypes } from '../upstream/tokens/presented-token.ts'

/** The parameters of a token exchange (RFC 8693, section 2.1). @throws AppError `invalid_request` naming every wrong one. */
export function readExchange(form: Readonly<Record<string, string>>): ProviderTokenRequest {
  const { subject_token: token = '', subject_token_type: type = '', subject_issuer: provider = '' } = form
  const types: readonly string[] = Object.values(tokenTypes)
  const problems: (FieldProblem | false)[] = [
    token === '' && { field: 'subject_token', problem: 'is missing' },
    !types.includes(type) && { field: 'subject_token_type', problem: `must be one of ${types.join(', ')}` },
    provider === '' && { field: 'subject_issuer', problem: 'is missing' },
    (form.requested_token_type ?? tokenTypes.accessToken) !== tokenTypes.accessToken && {
      field: 'requested_token_type',
      problem: `must be ${tokenTypes.accessToken}`,
    },
    // Acting for somebody else is not offered, and must not look as if it were.
    ...['actor_token', 'actor_token_type'].map(
      field => form[field] !== undefined && { field, problem: 'is not supported' },
    ),
  ]
  const fields = problems.filter(problem => problem !== false)
  if (fields.length > 0) {
    const listed = fields.map(({ field, problem }) => `${field} ${problem}`).join('; ')
    throw new AppError('invalid_request', `The exchange cannot be read: ${listed}.`, { fields })
  }
  return { token, type: type as PresentedType, provider, scope: readExchangeScope(form.scope) }
}
