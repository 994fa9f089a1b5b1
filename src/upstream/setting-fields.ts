// The settings of each kind of provider as fields to fill in: read off its schema, so that the console and the command
// line know every setting that there is.
import type { ProviderKind } from '../db/tables.ts'
import { AppError } from '../errors.ts'
import { settingsSchemas } from './identity-provider.ts'

/** `list`: several texts; `map`: a text for each name; `switch`: on or off. */
export type SettingForm = 'text' | 'list' | 'map' | 'switch'

export interface SettingField {
  readonly key: string
  readonly form: SettingForm
  readonly required: boolean
  readonly about: string
}

interface AnySchema {
  readonly type?: string
  readonly description?: string
}

const forms: Readonly<Record<string, SettingForm>> = { array: 'list', object: 'map', boolean: 'switch' }

export function settingFields(kind: ProviderKind): readonly SettingField[] {
  const schema = settingsSchemas[kind] as unknown as {
    properties: Readonly<Record<string, AnySchema>>
    required?: readonly string[]
  }
  return Object.entries(schema.properties).map(([key, { type = 'string', description = '' }]) => ({
    key,
    form: forms[type] ?? 'text',
    required: schema.required?.includes(key) ?? false,
    about: description,
  }))
}

/**
 * Settings with what somebody typed: `key=value`, once for each value of a list; `groupMap.NAME=slug` for a map; `on` or
 * `off` for a switch; nothing after the `=` takes the setting away. What is not named stays as in `before`.
 * @throws AppError `invalid_request` for what the kind has no setting for.
 */
export function readSettings(
  kind: ProviderKind,
  typed: readonly string[],
  before: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const settings: Record<string, unknown> = { ...before }
  const fields = settingFields(kind)
  const begun = new Set<string>()
  for (const each of typed) {
    // Names of groups may have any character, so the value of a map is what follows the last `=`.
    const dot = /^[^.=]+\./.test(each)
    const equals = dot ? each.lastIndexOf('=') : each.indexOf('=')
    const name = equals < 0 ? each : each.slice(0, equals)
    const value = each.slice(equals + 1)
    const field = fields.find(({ key }) => key === (dot ? name.slice(0, name.indexOf('.')) : name))
    if (equals < 1 || !field || dot !== (field.form === 'map' && dot))
      throw unknownSetting(kind, name, fields)
    const { key, form } = field
    const first = !begun.has(key)
    begun.add(key)
    if (!dot && value === '') delete settings[key]
    else if (form === 'list') settings[key] = first ? [value] : [...(settings[key] as string[]), value]
    else if (form === 'switch') settings[key] = value === 'on' ? true : value === 'off' ? false : value
    else if (form === 'map' && dot)
      settings[key] = changeMap(first ? before[key] : settings[key], name.slice(key.length + 1), value)
    else settings[key] = value
  }
  return settings
}

function changeMap(map: unknown, name: string, value: string): Record<string, string> {
  const entries = Object.entries((map ?? {}) as Record<string, string>).filter(([each]) => each !== name)
  return Object.fromEntries(value === '' ? entries : [...entries, [name, value]])
}

function unknownSetting(kind: ProviderKind, name: string, fields: readonly SettingField[]): AppError {
  const known = fields.map(({ key, form }) => (form === 'map' ? `${key}.NAME` : key)).join(', ')
  return new AppError(
    'invalid_request',
    `A provider of kind ${kind} has no setting ${name.slice(0, 64)}; it has ${known}.`,
  )
}
