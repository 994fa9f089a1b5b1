import type { ProviderKind } from '../db/tables.ts'
import { type SettingField, settingFields } from '../upstream/setting-fields.ts'
import { type Form, lines, optional, text } from './submit.ts'

/** The settings that a form has, by the fields of the kind; what is empty or off is not set. */
export function readProviderSettings(kind: ProviderKind, form: Form): Record<string, unknown> {
  const settings = settingFields(kind).map(field => [field.key, readField(field, form)] as const)
  return Object.fromEntries(settings.filter(([, value]) => value !== undefined))
}

/** A secret is stored where one was typed, kept where nothing was, and taken away on demand. */
export function readProviderSecret(form: Form): string | null | undefined {
  const typed = text(form, 'secret').trim()
  if (typed !== '') return typed
  return form.withoutSecret === 'on' ? null : undefined
}

/** A setting as it stands in its field. */
export function settingText({ form }: SettingField, value: unknown): string {
  if (form === 'list') return ((value ?? []) as readonly string[]).join('\n')
  if (form !== 'map') return String(value ?? '')
  const entries = Object.entries((value ?? {}) as Record<string, string>)
  return entries.map(([name, slug]) => `${name} = ${slug}`).join('\n')
}

function readField({ key, form: kind }: SettingField, form: Form): unknown {
  if (kind === 'switch') return form[key] === 'on' ? true : undefined
  if (kind === 'text') return optional(form, key) ?? undefined
  const listed = kind === 'list' ? readList(form, key) : lines(form, key)
  if (listed.length === 0) return undefined
  return kind === 'list' ? listed : Object.fromEntries(listed.map(readPair))
}

/** Lines; certificates have several lines each. */
function readList(form: Form, key: string): string[] {
  const blocks = text(form, key).match(/-----BEGIN [^-]+-----[\s\S]*?-----END [^-]+-----/g)
  return blocks ?? lines(form, key)
}

/** `Domain Users = staff`. */
function readPair(line: string): [name: string, slug: string] {
  const equals = line.lastIndexOf('=')
  return equals < 0 ? [line, ''] : [line.slice(0, equals).trim(), line.slice(equals + 1).trim()]
}
