import * as client from 'openid-client'
import { readKeySet } from '../../client/key-set.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { OutboundFetch } from '../../platform/outbound-fetch.ts'
import type { Finding } from '../../projects/login-url/finding.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { type DiscoveryDocument, readDiscovery } from '../read-discovery.ts'
import { readFromProvider } from '../tokens/ask-provider.ts'
import { configure } from './openid-connections.ts'
import { scopeOf } from './send-to-openid.ts'
import { toRefusal } from './to-refusal.ts'

interface Deps {
  readonly fetch: OutboundFetch
  readonly clock: Clock
  readonly wrapping: Buffer
}

/**
 * What a provider says about itself at this moment, and whether it takes our client ID and secret. It signs nobody in:
 * the token endpoint is asked with a code that it cannot know, and how it refuses tells which of the two it dislikes.
 */
export async function testConnection(deps: Deps, provider: IdentityProvider<'oidc'>): Promise<Finding[]> {
  try {
    const document = await readDiscovery(deps.fetch, provider.settings.issuer)
    return [
      { level: 'ok', sentence: 'Its discovery document is there, and names this issuer.' },
      ...findEndpoints(document),
      await findKeys(deps, document),
      ...findWishes(provider, document),
      ...(await findClient(deps, provider, document)),
    ]
  } catch (error) {
    return [
      unreachable(
        error,
        'Compare the issuer with the one that the provider shows, slash by slash. If they are the same, see whether this server may reach it: firewall, proxy, DNS.',
      ),
    ]
  }
}

function findEndpoints(document: DiscoveryDocument): Finding[] {
  const missing = (['authorization_endpoint', 'token_endpoint'] as const).filter(name => !document[name])
  return missing.map(name => ({
    level: 'problem',
    sentence: `Its discovery document names no ${name} that can be used.`,
    fix: 'Without one, nobody can sign in there. What an https issuer names must be https too.',
  }))
}

async function findKeys(deps: Deps, { jwks_uri: uri }: DiscoveryDocument): Promise<Finding> {
  try {
    const { keys } = readKeySet(await readFromProvider(deps.fetch, uri))
    if (keys.length === 0) return { level: 'problem', sentence: 'It publishes no keys for signatures.' }
    return { level: 'ok', sentence: `It publishes ${keys.length} key${keys.length === 1 ? '' : 's'}.` }
  } catch (error) {
    if (error instanceof AppError) return unreachable(error, 'Without its keys no ID token can be checked.')
    return { level: 'problem', sentence: `What it answers at ${URL.parse(uri)?.host} is no set of keys.` }
  }
}

/** Where it lists what it takes, and we ask for something else. */
function findWishes(provider: IdentityProvider<'oidc'>, document: DiscoveryDocument): Finding[] {
  const listed = (name: string) => (Array.isArray(document[name]) ? (document[name] as unknown[]) : undefined)
  const findings: Finding[] = []
  const scopes = listed('scopes_supported')
  const unknown = scopes
    ? scopeOf(provider)
        .split(' ')
        .filter(word => !scopes.includes(word))
    : []
  if (unknown.length > 0) {
    findings.push({
      level: 'warning',
      sentence: `It does not list the scope ${unknown.join(', ')}.`,
      fix: 'It may refuse to sign anybody in; change the scope in the settings.',
    })
  }
  if (listed('code_challenge_methods_supported')?.includes('S256') === false)
    findings.push({ level: 'warning', sentence: 'It does not list PKCE with S256, which is always sent.' })
  return findings
}

async function findClient(
  deps: Deps,
  provider: IdentityProvider<'oidc'>,
  document: DiscoveryDocument,
): Promise<Finding[]> {
  const { clientId } = provider.settings
  if (clientId === undefined) {
    return [
      {
        level: 'warning',
        sentence: 'No client ID is set: its ID tokens are taken, but readers cannot sign in there.',
        fix: 'Enter the client ID, and the client secret if the provider gave one.',
      },
    ]
  }
  if (document.token_endpoint === undefined) return []
  try {
    const config = configure(deps, provider, clientId, document)
    await client.genericGrantRequest(config, 'authorization_code', {
      code: 'gatepass-connection-test',
      redirect_uri: 'https://connection-test.invalid/',
      code_verifier: 'A'.repeat(43),
    })
  } catch (error) {
    const refusal = toRefusal(error, document.token_endpoint)
    if (!(refusal instanceof AppError)) throw error
    return [whatTheRefusalTells(refusal)]
  }
  return [{ level: 'problem', sentence: 'Its token endpoint takes a code that nobody has made.' }]
}

function whatTheRefusalTells(refusal: AppError): Finding {
  const { error } = refusal.detail
  if (error === 'invalid_grant') return { level: 'ok', sentence: 'It takes our client ID and secret.' }
  if (refusal.reason === 'provider_secret_wrong') {
    return {
      level: 'problem',
      sentence: `It does not take our client ID and secret (${error}).`,
      fix: 'Copy both from the provider again. If they are right, it may want the secret in the body: there is a setting for that.',
    }
  }
  if (refusal.reason === 'provider_unreachable') {
    return unreachable(refusal, 'Without its token endpoint nobody can sign in.')
  }
  return {
    level: 'warning',
    sentence: `Whether it takes our client ID and secret cannot be told from its answer${typeof error === 'string' ? ` (${error})` : ''}.`,
    fix: 'Try it out: open the site in a private window.',
  }
}

const problems: Readonly<Record<string, string>> = {
  url_refused: 'is no address that can be asked',
  name_unknown: 'has no address',
  address_refused:
    'is a private address, or leads to one; this server does not go there (ALLOW_PRIVATE_NETWORKS)',
  no_connection: 'does not answer',
  too_slow: 'gave no whole answer in 5 seconds',
  answer_too_large: 'answers with more than 256 KiB',
}

function unreachable(error: unknown, fix: string): Finding {
  if (!(error instanceof AppError)) throw error
  const { host, problem } = error.detail as { host?: string; problem?: string }
  const words = problems[problem ?? ''] ?? `: ${problem}`
  return { level: 'problem', sentence: `${host ?? 'The issuer'} ${words}.`.replace(' :', ':'), fix }
}
