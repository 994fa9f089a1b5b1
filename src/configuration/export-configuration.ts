import { dirname, relative, sep } from 'node:path'
import { Document, isMap, isSeq, type YAMLMap, type YAMLSeq } from 'yaml'
import { AppError } from '../errors.ts'
import { defaultSettings } from '../projects/create-project.ts'
import type { Client } from '../projects/project.ts'
import type { ClientSettings } from '../projects/site-clients.ts'
import { type CurrentProject, sameValue } from './configuration.ts'
import { clientSettingNames, projectSettings } from './schema.ts'

/** As a file says it: settings that have their default are left out. */
export interface ExportedProject {
  readonly slug: string
  readonly [setting: string]: unknown
}

const clientDefaults: Required<ClientSettings> = {
  name: '',
  authMethod: 'client_secret',
  redirectUris: [],
  postLogoutRedirectUris: [],
  backchannelLogoutUri: null,
  jwks: null,
  idTokenAlgorithm: null,
}

/**
 * Projects as `readConfiguration` takes them back, in an order that stays the same. Secrets are not in it.
 * @param file that is going to hold it: folders below its own are then named from there.
 * @throws AppError `conflict` where clients cannot be told apart by their names.
 */
export function exportProjects(projects: readonly CurrentProject[], file?: string): ExportedProject[] {
  const unclear = projects.flatMap(findUnclear)
  if (unclear.length > 0) {
    const listed = unclear.map(({ id, project }) => `${id} of ${project}`).join(', ')
    throw new AppError(
      'conflict',
      `A file knows clients by their names; give one of its own to ${listed}: gatepass client update ID --project SLUG --name NAME`,
    )
  }
  return projects.map(each => exportProject(each, file))
}

/** The text of a file for `gatepass apply`. */
export function writeConfiguration(projects: readonly ExportedProject[]): string {
  const document = new Document({ projects })
  document.commentBefore = [
    ' Gatepass: projects, their settings, reader groups and OpenID Connect clients.',
    ' Take it back with: gatepass apply FILE --plan, then without --plan.',
    ' What has its default is left out. Secrets are never in here.',
  ].join('\n')
  const list = document.get('projects') as YAMLSeq<YAMLMap>
  for (const [index, project] of list.items.entries()) {
    project.spaceBefore = index > 0
    const rules = project.get('pathRules')
    if (!isSeq(rules)) continue
    for (const rule of rules.items) {
      const groups = isMap(rule) && rule.get('groups')
      if (isSeq(groups)) groups.flow = true
    }
  }
  // Long values stay on their line, where a search finds them.
  return document.toString({ lineWidth: 0 })
}

function exportProject({ project, clients }: CurrentProject, file: string | undefined): ExportedProject {
  const [own, ...others] = clients
  const settings = { ...pick(project, Object.keys(projectSettings), defaultSettings) }
  if (project.siteFolder !== null) settings.siteFolder = nameFolder(project.siteFolder, file)
  const siteClient = own ? exportClient(own) : {}
  return {
    ...settings,
    slug: project.slug,
    ...(project.groups.length > 0 && {
      groups: project.groups.map(({ slug, name }) => ({ slug, ...(name !== slug && { name }) })),
    }),
    ...(Object.keys(siteClient).length > 0 && { siteClient }),
    ...(others.length > 0 && {
      clients: others.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(exportClient),
    }),
  }
}

function exportClient(client: Client): Record<string, unknown> {
  return pick(client, clientSettingNames, clientDefaults)
}

function pick(from: object, names: readonly string[], defaults: object): Record<string, unknown> {
  const [values, usual] = [new Map(Object.entries(from)), new Map<string, unknown>(Object.entries(defaults))]
  return Object.fromEntries(
    names
      .map(name => [name, values.get(name)] as const)
      .filter(([name, value]) => !usual.has(name) || !sameValue(value, usual.get(name))),
  )
}

/** A folder below that of the file from there, any other one from the top of the disk. */
function nameFolder(folder: string, file: string | undefined): string {
  if (file === undefined) return folder
  const below = relative(dirname(file), folder)
  return below === '' || below.startsWith('..') ? folder : `./${below.replaceAll(sep, '/')}`
}

function findUnclear({
  project,
  clients: [own, ...others],
}: CurrentProject): { id: string; project: string }[] {
  const names = [own?.name, ...others.map(({ name }) => name)]
  return others
    .filter(({ name }) => name === '' || names.indexOf(name) !== names.lastIndexOf(name))
    .map(({ id }) => ({ id, project: project.slug }))
}
