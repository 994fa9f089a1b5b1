import Type from 'typebox'
import { requireProjectFor, type Scope } from '../administrators/principal.ts'
import type { Call } from './operation.ts'

/** The filter of what is asked over all projects that a key may see. */
export const projectFilter = Type.Optional(
  Type.String({
    maxLength: 63,
    description: 'Slug; without it all projects of this key.',
    examples: ['acme'],
  }),
)

/** @throws AppError `not_found` for a project that the key may not see. */
export function chosenProjects(
  { deps, principal }: Pick<Call<unknown, unknown>, 'deps' | 'principal'>,
  slug: string | undefined,
  scope: Scope,
): 'all' | ReadonlySet<string> {
  if (slug === undefined) return principal.projects
  return new Set([requireProjectFor(principal, deps.registry, slug, scope).id])
}
