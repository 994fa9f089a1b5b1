import { AppError } from '../errors.ts'
import { webUrl } from '../projects/check-settings.ts'
import type { Client } from '../projects/project.ts'
import { type ClientSettings, checkClient } from '../projects/site-clients.ts'
import { type Change, type CurrentProject, sameValue, type WantedProject } from './configuration.ts'
import type { Path } from './file-problem.ts'
import type { Wrong } from './plan-settings.ts'

/** The changes of a project's site clients. Each is known by its name, the project's own by being the first. */
export function planClients(
  before: CurrentProject | undefined,
  wanted: WantedProject,
  prune: boolean,
  wrong: Wrong,
): Change[] {
  const [own, ...others] = before?.clients ?? []
  const { siteClient } = wanted
  const project = wanted.slug
  const changes: Change[] = []
  const kept = new Set(own ? [own.id] : [])

  const candidates = siteClient || !own ? others : [own, ...others]
  const ownName = siteClient && (siteClient.settings.name ?? own?.name ?? '')
  if (siteClient) {
    if (ownName !== '' && others.some(({ name }) => name === ownName))
      wrong([...siteClient.at, 'name'], 'is the name of another client of this project')
    const step = toChange(own, siteClient.settings, siteClient.at, wrong)
    if (step) changes.push({ ...step, kind: 'siteClient', project, name: ownName! })
  }
  const seen = new Set<string>()
  for (const { at, name, settings } of wanted.clients) {
    if (seen.has(name) || name === ownName) {
      wrong([...at, 'name'], 'is the name of an earlier client of this project')
    }
    seen.add(name)
    const found = candidates.filter(client => client.name === name)
    if (found.length > 1) {
      wrong(
        [...at, 'name'],
        'is the name of several clients; tell them apart with gatepass client update --name',
      )
    }
    for (const { id } of found) kept.add(id)
    const step = toChange(found[0], settings, at, wrong)
    if (step) changes.push({ ...step, kind: 'client', project, name })
  }
  if (!prune) return changes
  const gone = others.filter(({ id }) => !kept.has(id))
  const deletes = gone.map(
    ({ id, name }): Change => ({ action: 'delete', kind: 'client', project, name, id, fields: {} }),
  )
  return [...changes, ...deletes]
}

function toChange(
  before: Client | undefined,
  settings: ClientSettings,
  at: Path,
  wrong: Wrong,
): Pick<Change, 'action' | 'id' | 'fields'> | undefined {
  check(before, settings, at, wrong)
  const differing = Object.entries(settings).filter(
    ([name, to]) => !before || !sameValue(before[name as keyof ClientSettings], to),
  )
  if (!before) {
    const fields = Object.fromEntries(differing.map(([name, to]) => [name, { to }]))
    return { action: 'create', id: null, fields }
  }
  if (differing.length === 0) return undefined
  const fields = Object.fromEntries(
    differing.map(([name, to]) => [name, { from: before[name as keyof ClientSettings], to }]),
  )
  return { action: 'update', id: before.id, fields }
}

const lists = ['redirectUris', 'postLogoutRedirectUris'] as const

function check(before: Client | undefined, settings: ClientSettings, at: Path, wrong: Wrong): void {
  try {
    checkClient({
      authMethod: before?.authMethod ?? 'client_secret',
      jwks: before?.jwks ?? null,
      ...settings,
    })
  } catch (error) {
    if (!(error instanceof AppError) || !error.fields) throw error
    const sentence = 'must be an http(s) URL without credentials and #'
    // Addresses are not repeated: what is wrong with one is often that it holds a password.
    for (const { field, problem } of error.fields) {
      if (field === 'backchannelLogoutUri') wrong([...at, field], sentence)
      else if (!lists.some(name => name === field)) wrong([...at, field], problem)
    }
    for (const name of lists) {
      for (const [index, url] of (settings[name] ?? []).entries()) {
        if (!webUrl(url)) wrong([...at, name, index], sentence)
      }
    }
  }
}
