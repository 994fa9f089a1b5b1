import type { Actor } from '../../audit/audit-log.ts'
import type { Database } from '../../db/database.ts'
import { AppError } from '../../errors.ts'
import type { Project } from '../../projects/project.ts'
import type { IdentityProvider } from '../identity-provider.ts'
import { requireIdentityProvider, updateIdentityProvider } from '../manage-identity-providers.ts'
import { type MetadataDeps, readPublished } from './fill-settings.ts'

interface Deps extends MetadataDeps {
  readonly database: Database
  /** Wraps secrets at rest. */
  readonly wrapping: Buffer
}

/**
 * Reads a SAML provider's metadata again from where it is published, which is how its new certificates arrive.
 * @throws AppError `invalid_request` where there is no address, or nothing there that can be used; `not_found`;
 * `precondition_failed` for another version.
 */
export async function refreshMetadata(
  deps: Deps,
  actor: Actor,
  project: Project,
  slug: string,
  expectedVersion?: number,
): Promise<{ readonly provider: IdentityProvider; readonly changed: boolean }> {
  const provider = await requireIdentityProvider(deps.database.read, project, slug)
  const before = provider.settings as Readonly<Record<string, unknown>>
  const { metadataUrl } = before
  if (typeof metadataUrl !== 'string')
    throw new AppError('invalid_request', `Identity provider ${slug} has no address of its metadata.`)
  const settings = await readPublished(deps, before, metadataUrl)
  if (Object.entries(settings).every(([key, value]) => JSON.stringify(value) === JSON.stringify(before[key])))
    return { provider, changed: false }
  const input = { slug, name: provider.name, settings }
  const version = expectedVersion ?? provider.version
  return { provider: await updateIdentityProvider(deps, actor, project, input, version), changed: true }
}
