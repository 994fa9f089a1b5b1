import { dirname, resolve } from 'node:path'
import { isMap, isSeq, type Node } from 'yaml'
import type { ProjectSettings } from '../projects/project.ts'
import type { ClientSettings } from '../projects/site-clients.ts'
import type { Wanted, WantedProject } from './configuration.ts'
import { type FileProblem, type Finding, fileProblem, inOrder, type Path } from './file-problem.ts'
import { pairOf, type Raw, readNode } from './read-node.ts'
import { readYaml } from './read-yaml.ts'
import { ConfigurationFile } from './schema.ts'

/** A file as far as it can be read: rules look at the rest too, so that all that is wrong is told at once. */
export interface ConfigurationSource {
  readonly wanted: Wanted
  /** What is wrong so far. */
  readonly problems: readonly FileProblem[]
  /** These problems and what the rules found, each with its place; what only follows from another one is left out. */
  withFindings(findings: readonly Finding[]): FileProblem[]
}

/**
 * Reads a configuration file.
 * @param options.file its name: problems are told with it, and relative paths start from its folder. Without a name they
 * are refused.
 */
export function readConfiguration(bytes: Uint8Array, options: { file?: string } = {}): ConfigurationSource {
  const { root, problems: unreadable, placeOf } = readYaml(bytes, options.file)
  const findings: Finding[] = []
  const wrong = (path: Path, problem: string) => void findings.push({ path, problem })
  if (!root && unreadable.length === 0) wrong([], 'is empty; a file has projects at the top')
  const raw = root ? (readNode(root, ConfigurationFile, [], wrong) as Raw | undefined) : undefined
  const projects = (raw?.projects ?? []) as (Raw | undefined)[]
  const folder = options.file === undefined ? undefined : dirname(resolve(options.file))
  const wanted = {
    projects: projects.flatMap((each, index) => (each ? toProject(each, index, folder, wrong) : [])),
  }

  const place = (finding: Finding) =>
    fileProblem(finding, placeOf(offsetOf(root, finding.near ?? finding.path)))
  // A line with a secret has said enough, whatever the key is called that it stands at.
  const lines = new Set(unreadable.map(problem => problem.place.line))
  const told = findings.map(place).filter(problem => !lines.has(problem.place.line))
  const follows = followsFrom(findings)
  return {
    wanted,
    problems: inOrder([...unreadable, ...told]),
    withFindings: more => {
      const fresh = more.filter(finding => !follows(finding))
      return inOrder([...unreadable, ...told, ...fresh.map(place)])
    },
  }
}

/** Whether a finding only says once more what a known one said: of the same value, or of a project nobody can name. */
function followsFrom(known: readonly Finding[]): (finding: Finding) => boolean {
  const told = new Set(known.map(({ path }) => path.join('/')))
  return ({ path, missing }) =>
    path.some((_, depth) => told.has(path.slice(0, depth + 1).join('/'))) ||
    (missing === true && told.has([...path.slice(0, -1), 'slug'].join('/')))
}

function toProject(
  raw: Raw,
  index: number,
  folder: string | undefined,
  wrong: (path: Path, problem: string) => void,
): WantedProject {
  const at: Path = ['projects', index]
  const { slug = `unreadable-${index}`, groups, clients, siteClient, ...settings } = raw
  if (typeof settings.siteFolder === 'string') {
    if (folder === undefined && !settings.siteFolder.startsWith('/'))
      wrong([...at, 'siteFolder'], 'must be an absolute path')
    settings.siteFolder = resolve(folder ?? '/', settings.siteFolder)
  }
  return {
    at,
    slug: slug as string,
    settings: settings as Partial<ProjectSettings>,
    groups: named(groups, 'slug').map(({ raw, index }) => ({
      at: [...at, 'groups', index],
      slug: raw.slug as string,
      name: raw.name as string | undefined,
    })),
    siteClient: siteClient
      ? { at: [...at, 'siteClient'], settings: siteClient as unknown as ClientSettings }
      : undefined,
    clients: named(clients, 'name').map(({ raw, index }) => ({
      at: [...at, 'clients', index],
      name: raw.name as string,
      settings: raw as unknown as ClientSettings,
    })),
  }
}

/** Those of a list that have the name by which they are known, and where they stand. */
function named(list: unknown, name: string): { raw: Raw; index: number }[] {
  const items = (list ?? []) as (Raw | undefined)[]
  return items.flatMap((raw, index) => (raw?.[name] === undefined ? [] : { raw, index }))
}

/** Where the value at a path stands, or what is nearest above it. */
function offsetOf(root: Node | undefined, path: Path): number {
  let node = root
  let offset = root?.range?.[0] ?? 0
  for (const step of path) {
    if (typeof step === 'number') {
      node = isSeq(node) ? (node.items[step] as Node | undefined) : undefined
      offset = node?.range?.[0] ?? offset
    } else {
      const pair = isMap(node) ? pairOf(node, step) : undefined
      offset = pair ? (pair.key.range?.[0] ?? offset) : offset
      node = pair?.value ?? undefined
    }
    if (!node) break
  }
  return offset
}
