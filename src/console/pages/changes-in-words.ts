import { isolated } from './isolated.ts'

/** `{binding: {from: 'off', to: 'confirm'}}` in words; what did not change is left out, what is long is named alone. */
export function changesInWords(detail: Readonly<Record<string, unknown>>): string {
  const changed = Object.entries(detail).flatMap(([name, value]) => {
    const { from, to } = (value ?? {}) as { from?: unknown; to?: unknown }
    return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ name: inWords(name), from, to }]
  })
  if (changed.length === 0) return 'saved as it was'
  const [only] = changed
  if (changed.length === 1 && isShort(only!.from) && isShort(only!.to)) {
    return `${only!.name} from ${shown(only!.from)} to ${shown(only!.to)}`
  }
  return listInWords(changed.map(({ name }) => name))
}

/** `a, b and c`. */
export function listInWords(names: readonly string[]): string {
  const words = names.map(inWords)
  if (words.length === 0) return 'nothing'
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** `loginUrl` is `login URL`. */
function inWords(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/\b(url|jwt|id)(s?)\b/g, (_, word: string, plural: string) => word.toUpperCase() + plural)
}

function isShort(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && String(value).length <= 60)
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'nothing'
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : isolated(String(value))
}
