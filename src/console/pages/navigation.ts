import type { Scope } from '../../administrators/principal.ts'
import type { ConsoleFrame } from './console-frame.ts'

interface Section {
  readonly title: string
  readonly items: readonly { readonly href: string; readonly label: string }[]
}

type Item = readonly [path: string, label: string, scope: Scope, ofAll?: true]

const ofProject: readonly Item[] = [
  ['', 'Overview', 'projects:read'],
  ['/sign-ins', 'Sign-ins', 'sign-ins:read'],
  ['/readers', 'Readers', 'readers:read'],
  ['/members', 'Members', 'readers:read'],
  ['/groups', 'Reader groups', 'projects:read'],
  ['/jwt', 'JWT SSO', 'projects:read'],
  ['/application-tokens', 'Application tokens', 'projects:read'],
  ['/sites', 'Sites and clients', 'projects:read'],
  ['/providers', 'Identity providers', 'projects:read'],
  ['/test', 'Test your integration', 'sign-ins:test'],
  ['/snippets', 'Code snippets', 'projects:read'],
  ['/settings', 'Project settings', 'projects:read'],
]

const ofInstallation: readonly Item[] = [
  ['', 'Projects', 'projects:read'],
  ['/sign-ins', 'All sign-ins', 'sign-ins:read'],
  ['/accounts', 'Accounts', 'readers:read', true],
  ['/keys', 'Signing keys', 'keys:read'],
  ['/audit', 'Audit log', 'audit:read'],
  ['/administrators', 'Administrators', 'administrators:read'],
  ['/api-keys', 'API keys', 'administrators:read'],
  ['/settings', 'Installation', 'administrators:read'],
]

/** The pages that this administrator may open, a project's first where they are in one. */
export function navigationOf({ project, scopes, allProjects }: ConsoleFrame): Section[] {
  const section = (title: string, base: string, items: readonly Item[]): Section => ({
    title,
    items: items
      .filter(([, , scope, ofAll]) => scopes.has(scope) && (allProjects || !ofAll))
      .map(([path, label]) => ({ href: base + path, label })),
  })
  const installation = section('Installation', '/console', ofInstallation)
  if (!project) return [installation]
  return [section(project.name, `/console/projects/${project.slug}`, ofProject), installation]
}
