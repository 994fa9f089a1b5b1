import type { Database } from '../../db/database.ts'
import type { Handle } from '../../db/handle.ts'
import { AppError } from '../../errors.ts'
import type { Project } from '../../projects/project.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { findIdentityProvider, listIdentityProviders } from '../identity-provider-store.ts'

/** The providers at which a project's readers can sign in by OpenID. */
export async function listOpenidProviders(
  db: Handle,
  project: Pick<Project, 'id'>,
): Promise<IdentityProvider<'oidc'>[]> {
  return (await listIdentityProviders(db, project.id)).filter(isForSigningIn)
}

/**
 * The one that readers are sent to: that of this slug, or the only one; a list where they have to choose.
 * @throws AppError `access_denied`: `provider_missing`, `provider_unknown`.
 */
export async function chooseOpenidProvider(
  { database }: { readonly database: Database },
  project: Project,
  slug: string | undefined,
): Promise<IdentityProvider<'oidc'> | readonly IdentityProvider<'oidc'>[]> {
  if (slug !== undefined) return await requireOpenidProvider(database.read, project, slug)
  const providers = await listOpenidProviders(database.read, project)
  if (providers.length === 0) {
    throw new AppError('access_denied', 'This project has no identity provider to sign in at.', {
      reason: 'provider_missing',
    })
  }
  return providers.length === 1 ? providers[0]! : providers
}

/** @throws AppError `access_denied`, `provider_unknown`. */
export async function requireOpenidProvider(
  db: Handle,
  project: Project,
  slug: string,
): Promise<IdentityProvider<'oidc'>> {
  const provider = await findIdentityProvider(db, project.id, slug)
  if (provider && isForSigningIn(provider)) return provider
  throw new AppError('access_denied', 'Readers cannot sign in at this identity provider.', {
    reason: 'provider_unknown',
    detail: { provider: slug.slice(0, 64) },
  })
}

function isForSigningIn(provider: IdentityProvider): provider is IdentityProvider<'oidc'> {
  return provider.kind === 'oidc' && (provider as IdentityProvider<'oidc'>).settings.clientId !== undefined
}
