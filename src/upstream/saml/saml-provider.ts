import type { Handle } from '../../db/handle.ts'
import { AppError } from '../../errors.ts'
import type { Project } from '../../projects/project.ts'
import type { IdentityProvider, ProviderSettings } from '../identity-provider.ts'
import { listIdentityProviders } from '../identity-provider-store.ts'
import { readCertificate } from './certificate.ts'

/**
 * The provider that readers of a project are sent to: that of this slug, or the only one; a list where they have to choose.
 * @throws AppError `access_denied`: `provider_missing`, `provider_unknown`.
 */
export async function chooseSamlProvider(
  db: Handle,
  project: Project,
  slug: string | undefined,
): Promise<IdentityProvider<'saml'> | readonly IdentityProvider<'saml'>[]> {
  const providers = await listSamlProviders(db, project)
  const named = slug === undefined ? providers : providers.filter(each => each.slug === slug)
  if (named.length === 1) return named[0]!
  if (named.length > 1) return named
  throw slug === undefined || providers.length === 0 ? missing() : unknown(slug)
}

/** The provider that a sign-in was sent to. @throws AppError `access_denied`: `provider_missing` where it is gone. */
export async function requireSamlProvider(
  db: Handle,
  project: Project,
  id: string,
): Promise<IdentityProvider<'saml'>> {
  const provider = (await listSamlProviders(db, project)).find(each => each.id === id)
  if (provider) return provider
  throw missing()
}

/** PEM. */
export function certificatesOf({ certificates }: ProviderSettings<'saml'>): string[] {
  return certificates.flatMap(each => readCertificate(each)?.pem ?? [])
}

async function listSamlProviders(db: Handle, project: Project): Promise<IdentityProvider<'saml'>[]> {
  return (await listIdentityProviders(db, project.id)).filter(
    (each): each is IdentityProvider<'saml'> => each.kind === 'saml',
  )
}

function missing(): AppError {
  return new AppError('access_denied', 'This project has no identity provider to sign in at.', {
    reason: 'provider_missing',
  })
}

function unknown(slug: string): AppError {
  return new AppError('access_denied', 'Readers cannot sign in at this identity provider.', {
    reason: 'provider_unknown',
    detail: { provider: slug.slice(0, 64) },
  })
}
