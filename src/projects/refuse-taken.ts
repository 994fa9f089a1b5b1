import type { Handle } from '../db/handle.ts'
import { AppError } from '../errors.ts'

/** @throws AppError `conflict` where another project has this slug or serves this host. */
export async function refuseTaken(
  tx: Handle,
  slug: string,
  siteHost: string,
  exceptId?: string,
): Promise<void> {
  const taken = await tx
    .selectFrom('projects')
    .select(['slug', 'site_url'])
    .where('deleted_at', 'is', null)
    .where(eb => eb.or([eb('slug', '=', slug), eb('site_host', '=', siteHost)]))
    .$if(exceptId !== undefined, query => query.where('id', '!=', exceptId!))
    .executeTakeFirst()
  if (!taken) return
  const what = taken.slug === slug ? `the slug ${slug}` : `the site ${taken.site_url}`
  throw new AppError('conflict', `Project ${taken.slug} has ${what} already.`, {
    fields: [{ field: taken.slug === slug ? 'slug' : 'siteUrl', problem: 'is that of another project' }],
  })
}
