import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { AccountAdmission, SigningAlgorithm, SsoStandard } from '../db/tables.ts'
import { AppError, type FieldProblem } from '../errors.ts'
import type { Binding, PathRule, ProjectSettings, UnknownGroupPolicy } from './project.ts'

const bindings: readonly Binding[] = ['off', 'confirm', 'required']
const standards: readonly SsoStandard[] = ['jwt', 'openid', 'saml', 'accounts']
const admissions: readonly AccountAdmission[] = ['members', 'anyone']
const policies: readonly UnknownGroupPolicy[] = ['reject', 'ignore', 'create']
export const signingAlgorithms: readonly SigningAlgorithm[] = ['ES256', 'EdDSA', 'RS256']
const slugPattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/**
 * Checks settings as an administrator gives them and names everything that is wrong at once.
 * @param standingFolder of the site as it is stored: where it stays, it is not judged anew, for a folder that has gone
 * from the disk must not keep anybody from changing something else.
 * @returns the settings in canonical spelling and the Host that the site answers to.
 * @throws AppError `invalid_request` with a problem per field.
 */
export function checkSettings(
  settings: ProjectSettings,
  issuer: string,
  standingFolder: string | null = null,
): { settings: ProjectSettings; siteHost: string } {
  const problems: FieldProblem[] = []
  const wrong = (field: string, problem: string) => void problems.push({ field, problem })

  if (!slugPattern.test(settings.slug)) {
    wrong('slug', 'must be 1 to 63 lower-case letters, digits and inner hyphens')
  }
  const name = settings.name.normalize('NFC').trim()
  if (name.length === 0 || name.length > 100 || /\p{Cc}/u.test(name)) {
    wrong('name', 'must be 1 to 100 characters without control characters')
  }
  const site = webUrl(settings.siteUrl)
  // Programs of a suite take JWTs and have no address of their own.
  const isSuite = settings.standard === 'accounts' && settings.siteUrl === ''
  if (isSuite) {
    if (settings.siteFolder !== null) wrong('siteUrl', 'is needed for the folder of a site')
  } else if (site?.pathname !== '/' || site.search || site.hash) {
    wrong('siteUrl', 'must be an origin such as https://help.example.com, without a path')
  } else if (site?.host === new URL(issuer).host) {
    wrong('siteUrl', `must have another host than the identity server (${issuer})`)
  }
  // By the other standards readers sign in here.
  const loginsHere = settings.standard !== 'jwt' && settings.loginUrl === ''
  if (!loginsHere && !webUrl(settings.loginUrl))
    wrong('loginUrl', 'must be an http(s) URL without credentials and #')
  if (settings.logoutUrl !== null && !webUrl(settings.logoutUrl)) {
    wrong('logoutUrl', 'must be an http(s) URL without credentials and #')
  }
  if (settings.siteFolder !== null && settings.siteFolder !== standingFolder) {
    if (!isAbsolute(settings.siteFolder)) wrong('siteFolder', 'must be an absolute path')
    else if (!statSync(settings.siteFolder, { throwIfNoEntry: false })?.isDirectory())
      wrong('siteFolder', `is not a folder: ${settings.siteFolder}`)
  }
  for (const uri of settings.allowedRedirects) {
    if (!webUrl(uri)) wrong('allowedRedirects', `must be http(s) URLs without credentials and #: ${uri}`)
  }
  for (const rule of settings.pathRules)
    if (!isPathRule(rule)) wrong('pathRules', `cannot be read: ${rule.path}`)
  const limit = settings.outstandingCodesLimit
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000_000) {
    wrong('outstandingCodesLimit', 'must be a whole number from 1 to 10000000')
  }
  const { minTokenValidity, defaultTokenValidity, maxTokenValidity } = settings
  for (const [field, minutes] of Object.entries({
    minTokenValidity,
    defaultTokenValidity,
    maxTokenValidity,
  })) {
    if (!Number.isInteger(minutes) || minutes < 5 || minutes > 1440) {
      wrong(field, 'must be a whole number of minutes from 5 to 1440')
    }
  }
  if (minTokenValidity > defaultTokenValidity || defaultTokenValidity > maxTokenValidity) {
    wrong(
      'defaultTokenValidity',
      `must lie between the least (${minTokenValidity}) and the most (${maxTokenValidity}) minutes`,
    )
  }
  if (settings.logoUrl !== null && webUrl(settings.logoUrl)?.protocol !== 'https:') {
    wrong('logoUrl', 'must be an https URL of an image')
  }
  const accentColor = settings.accentColor?.toLowerCase() ?? null
  if (accentColor !== null && !/^#[0-9a-f]{6}$/.test(accentColor)) {
    wrong('accentColor', 'must be a colour such as #0b6355')
  }
  if (!standards.includes(settings.standard)) wrong('standard', `must be one of ${standards.join(', ')}`)
  if (!admissions.includes(settings.accountAdmission)) {
    wrong('accountAdmission', `must be one of ${admissions.join(', ')}`)
  }
  if (!bindings.includes(settings.binding)) wrong('binding', `must be one of ${bindings.join(', ')}`)
  if (!policies.includes(settings.unknownGroups)) {
    wrong('unknownGroups', `must be one of ${policies.join(', ')}`)
  }
  if (!signingAlgorithms.includes(settings.signingAlgorithm)) {
    wrong('signingAlgorithm', `must be one of ${signingAlgorithms.join(', ')}`)
  }

  if (problems.length > 0) {
    const listed = problems.map(({ field, problem }) => `${field} ${problem}`).join('; ')
    throw new AppError('invalid_request', `The settings cannot be taken: ${listed}.`, { fields: problems })
  }
  const siteUrl = site?.origin ?? ''
  return { settings: { ...settings, name, siteUrl, accentColor }, siteHost: site?.host ?? '' }
}

/** An absolute http(s) URL without user information and fragment, or undefined. */
export function webUrl(text: string): URL | undefined {
  const url = URL.parse(text)
  if (!url || text.length > 2048 || /[\s\\]/.test(text) || text.includes('#')) return undefined
  return ['http:', 'https:'].includes(url.protocol) && !url.username && !url.password ? url : undefined
}

/** Whether the site can read the rule; one that it cannot would close everything. */
export function isPathRule(rule: PathRule): boolean {
  return (
    /^\/[\x21-\x7e]*$/.test(rule.path) &&
    // Rules close doors: one that the site could not read would have to close all of them.
    !/\\|\/\/|(^|\/)\.\.?(\/|$)|\*.|[^/]\*/.test(rule.path) &&
    rule.groups.length > 0 &&
    rule.groups.every(slug => slugPattern.test(slug))
  )
}
