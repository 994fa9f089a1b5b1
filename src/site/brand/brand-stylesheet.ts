// A project's colours as a stylesheet of its own, because a page may hold no style. It is named by the colour and by a
// hash of what comes of it: it says nothing of whose colour it is, and can be kept for ever.
import { hash } from 'node:crypto'
import { type BrandColours, brandColours } from './brand-colours.ts'

const cache = new Map<string, string>()
const MOST_KEPT = 500

/** `/gate/brand/0b6355.3f9ac2104b1d.css`, the same at every host. @param colour `#rrggbb` */
export function brandPath(colour: string): string {
  const kept = cache.get(colour)
  if (kept) return kept
  const path = `/gate/brand/${colour.slice(1)}.${hash('sha256', brandStylesheet(colour), 'hex').slice(0, 12)}.css`
  if (cache.size >= MOST_KEPT) cache.clear()
  cache.set(colour, path)
  return path
}

export function brandStylesheet(colour: string): string {
  return `:root {${declarations(brandColours(colour, 'light'))}}
@media screen and (prefers-color-scheme: dark) { :root {${declarations(brandColours(colour, 'dark'))}} }
`
}

function declarations({ accent, wash, button, ink, hover }: BrandColours): string {
  return [
    ` --accent: ${accent}; --accent-wash: ${wash};`,
    `--button: ${button}; --button-ink: ${ink}; --button-hover: ${hover};`,
    `--mark-ground: ${button}; --mark-gate: ${ink}; --mark-light: ${ink}; `,
  ].join(' ')
}
