import type { Handle } from '../../db/handle.ts'
import { AppError } from '../../errors.ts'
import type { Project } from '../../projects/project.ts'
import type { IdentityProvider, ProviderSettings } from '../identity-provider.ts'
import { listIdentityProviders } from '../identity-provider-store.ts'
import { readCertificate } from './certificate.ts'

/**
 * The provider at which a project's readers sign in: the first SAML provider by its slug; with an ID that very one, as
 * long as it is there.
 * @throws AppError `access_denied`: `provider_missing`.
 */
export async function requireSamlProvider(
  db: Handle,
  project: Project,
  id?: string,
): Promise<IdentityProvider<'saml'>> {
  const provider = (await listIdentityProviders(db, project.id)).find(
    (each): each is IdentityProvider<'saml'> => each.kind === 'saml' && (id === undefined || each.id === id),
  )
  if (provider) return provider
  throw new AppError('access_denied', 'Nobody can sign in here at the moment.', {
    reason: 'provider_missing',
  })
}

/** PEM. */
export function certificatesOf({ certificates }: ProviderSettings<'saml'>): string[] {
  return certificates.flatMap(each => readCertificate(each)?.pem ?? [])
}
