import { AppError } from '../errors.ts'
import { checkSettings, isPathRule, webUrl } from '../projects/check-settings.ts'
import { defaultSettings } from '../projects/create-project.ts'
import type { ProjectSettings } from '../projects/project.ts'
import {
  type Change,
  type CurrentProject,
  type Fields,
  sameValue,
  type WantedProject,
} from './configuration.ts'
import type { Finding, Path } from './file-problem.ts'

export type Wrong = (path: Path, problem: string, more?: Pick<Finding, 'missing' | 'near'>) => void

/** Host of an address that stands for what a file leaves out and the rules do not have to judge. */
export const NOBODY = 'nobody.invalid'
const anything = { name: 'x', siteUrl: `https://${NOBODY}`, loginUrl: `https://${NOBODY}` }

/** The change of a project itself, if any, and its settings as they are going to be. */
export function planSettings(
  before: CurrentProject | undefined,
  wanted: WantedProject,
  issuer: string,
  wrong: Wrong,
): { change: Change | undefined; settings: ProjectSettings } {
  const base = before?.project ?? { ...defaultSettings, ...anything, slug: wanted.slug }
  const merged: ProjectSettings = { ...base, ...wanted.settings }
  const names = Object.keys(wanted.settings) as (keyof typeof wanted.settings)[]
  if (!before) {
    // By the other standards readers sign in here.
    const needed = ['name', 'siteUrl', ...(merged.standard === 'jwt' ? (['loginUrl'] as const) : [])] as const
    for (const name of needed) {
      if (!names.includes(name))
        wrong([...wanted.at, name], 'is missing, and a new project needs it', { missing: true })
    }
  } else if (names.every(name => sameValue(before.project[name], merged[name]))) {
    // What stands is not judged anew: a folder that is gone from the disk is no fault of a file that leaves it alone.
    return { change: undefined, settings: merged }
  }
  const settings = checked(merged, wanted, issuer, wrong, before?.project.siteFolder ?? null)
  const fields = Object.fromEntries(
    names
      .filter(name => !before || !sameValue(before.project[name], settings[name]))
      .map(name => [name, { ...(before && { from: before.project[name] }), to: settings[name] }]),
  ) satisfies Fields
  const what = { kind: 'project', project: wanted.slug, name: wanted.slug, fields } as const
  if (!before) return { change: { action: 'create', id: null, ...what }, settings }
  const changed = Object.keys(fields).length > 0
  return { change: changed ? { action: 'update', id: before.project.id, ...what } : undefined, settings }
}

/** The settings in canonical spelling; where the rules refuse them, as they were given. */
function checked(
  settings: ProjectSettings,
  wanted: WantedProject,
  issuer: string,
  wrong: Wrong,
  standingFolder: string | null,
): ProjectSettings {
  try {
    return checkSettings(settings, issuer, standingFolder).settings
  } catch (error) {
    if (!(error instanceof AppError) || !error.fields) throw error
    const { at } = wanted
    for (const { field, problem } of error.fields) {
      // Lists are gone through below, so that the entry is named and not what stands in it.
      if (field !== 'allowedRedirects' && field !== 'pathRules')
        wrong([...at, field], problem, { near: [...at, nearest(field, wanted)] })
    }
    for (const [index, url] of settings.allowedRedirects.entries()) {
      if (!webUrl(url))
        wrong([...at, 'allowedRedirects', index], 'must be an http(s) URL without credentials and #')
    }
    for (const [index, rule] of settings.pathRules.entries()) {
      if (!isPathRule(rule))
        wrong(
          [...at, 'pathRules', index],
          'must have a path such as /internal/* and at least one group, by its slug',
        )
    }
    return settings
  }
}

/** Token lifetimes are judged together: a file that names one of them is told there. */
function nearest(field: string, { settings }: WantedProject): string {
  if (field in settings || !field.endsWith('TokenValidity')) return field
  return Object.keys(settings).find(name => name.endsWith('TokenValidity')) ?? field
}
