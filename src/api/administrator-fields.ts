// An administrator as the API shows and takes one. Outside, projects are named by slug; inside, by ID.
import Type, { type Static } from 'typebox'
import type { Administrator } from '../administrators/administrator.ts'
import type { AdministratorLink } from '../administrators/administrator-links.ts'
import { linkUrl } from '../administrators/hand-out-link.ts'
import { AppError } from '../errors.ts'
import type { Registry } from '../projects/registry.ts'
import { choice, id, moment, nullable, seconds, strict, text, url, version } from './fields.ts'
import type { ApiDeps } from './operation.ts'

export const projects = nullable(Type.Array(Type.String({ maxLength: 63 }), { maxItems: 1000 }), {
  description: 'Slugs; null: all.',
  examples: [['acme']],
})

export const administratorFields = {
  email: Type.String({
    maxLength: 320,
    description: 'Where they sign in with.',
    examples: ['grace@example.com'],
  }),
  name: text(100, 'What they are called.', 'Grace Hopper'),
  role: choice(
    ['owner', 'project_administrator', 'read_only'],
    '`owner`: everything; `project_administrator`: their projects; `read_only`: looks, and changes nothing.',
  ),
  projects,
}

export const AdministratorShape = strict(
  {
    id: id('Never changes.'),
    ...administratorFields,
    active: Type.Boolean({ description: 'They have set a password.', examples: [true] }),
    hasTotp: Type.Boolean({ description: 'They sign in with a second factor.', examples: [true] }),
    createdAt: moment('When they were invited'),
    disabledAt: nullable(moment('Since when they cannot sign in')),
    version,
  },
  { $id: 'Administrator' },
)

export const LinkShape = strict({
  url: url(
    'Whoever opens it sets the password. Shown this once.',
    'https://id.example.com/console/welcome?token=...',
  ),
  expiresAt: moment('Until when it works'),
})

export function showAdministrator(
  registry: Registry,
  administrator: Administrator,
): Static<typeof AdministratorShape> {
  const { projectIds, createdAt, disabledAt, ...rest } = administrator
  return {
    ...rest,
    projects: slugsOf(registry, projectIds),
    createdAt: seconds(createdAt),
    disabledAt: seconds(disabledAt),
  }
}

export function showLink(deps: ApiDeps, link: AdministratorLink): Static<typeof LinkShape> {
  return { url: linkUrl(deps.issuer, link), expiresAt: seconds(link.expiresAt) }
}

export function slugsOf(registry: Registry, projectIds: readonly string[] | null): string[] | null {
  return projectIds?.flatMap(id => registry.projectById(id)?.slug ?? []) ?? null
}

/** @throws AppError `invalid_request` for a project that is not there. */
export function idsOf(registry: Registry, slugs: readonly string[] | null): string[] | null {
  const unknown = slugs?.filter(slug => registry.projectBySlug(slug) === undefined) ?? []
  if (unknown.length > 0) {
    throw new AppError('invalid_request', 'Fields of the request are missing or wrong.', {
      fields: [{ field: 'projects', problem: `has unknown ones: ${unknown.slice(0, 5).join(', ')}` }],
    })
  }
  return slugs?.map(slug => registry.projectBySlug(slug)!.id) ?? null
}
