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
    .select('slug')
    .where('deleted_at', 'is', null)
    .where(eb =>
      eb.or([eb('slug', '=', slug), eb.and([eb('site_host', '=', siteHost), eb('site_host', '!=', '')])]),
    )
    .$if(exceptId !== undefined, query => query.where('id', '!=', exceptId!))
    .executeTakeFirst()
  if (!taken) return
  // Whose it is stays unsaid: not everybody who may change a project may see the others.
  const [field, what] =
    taken.slug === slug
      ? (['slug', `The slug ${slug}`] as const)
      : (['siteUrl', `The site ${siteHost}`] as const)
  throw new AppError('conflict', `${what} is taken.`, {
    fields: [{ field, problem: 'is that of another project' }],
  })
}
