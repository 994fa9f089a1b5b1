import { readFileSync } from 'node:fs'

/** The version that package.json says. */
export function programVersion(): string {
  // package.json lies above src/ in a checkout, and above dist/src/ in the package.
  const up = import.meta.url.endsWith('.ts') ? '../..' : '../../..'
  return JSON.parse(readFileSync(new URL(`${up}/package.json`, import.meta.url), 'utf8')).version
}
