import { readFileSync } from 'node:fs'

/** The version of Gatepass, as its package says. */
export function productVersion(): string {
  // package.json lies above src/ in a checkout, and above dist/src/ in the package.
  const up = import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json'
  return JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8')).version
}
