// What a project's accent colour becomes on our pages: never a text that cannot be read, whatever colour it is.
import { contrast, READABLE } from './contrast.ts'
import { atLightness, lightnessOf } from './lightness.ts'

/** The colours of site.css that take the accent's place, for one of the two themes. */
export interface BrandColours {
  /** Links, and text in the accent colour: readable on everything that it stands on. */
  readonly accent: string
  /** Behind such text: the current page, a group. */
  readonly wash: string
  /** The accent as it was given: buttons. */
  readonly button: string
  /** Text on buttons. */
  readonly ink: string
  /** A button under the pointer. */
  readonly hover: string
}

/** What accent-coloured text stands on in site.css: `--paper`, `--ground` and `--code`. */
export const surfaces = {
  light: ['#ffffff', '#f7f6f3', '#f5f4f0'],
  dark: ['#141918', '#0f1312', '#1b2220'],
} as const

/** @param colour `#rrggbb` */
export function brandColours(colour: string, theme: keyof typeof surfaces): BrandColours {
  const [paper, ...others] = surfaces[theme]
  const wash = mix(colour, paper, theme === 'light' ? 0.1 : 0.16)
  // Against any colour black or white reaches 4.58.
  const ink = contrast(colour, '#000000') >= contrast(colour, '#ffffff') ? '#000000' : '#ffffff'
  return {
    accent: readable(colour, [paper, ...others, wash], theme === 'light' ? -0.01 : 0.01),
    wash,
    button: colour,
    ink,
    // Away from the ink, so that it is read at least as well.
    hover: mix(ink === '#000000' ? '#ffffff' : '#000000', colour, 0.12),
  }
}

/** The colour, darker or lighter step by step until it can be read on all of these. */
function readable(colour: string, on: readonly string[], step: number): string {
  let found = colour
  for (let at = Math.min(1, lightnessOf(colour)); at >= 0 && at <= 1; at += step) {
    if (on.every(surface => contrast(found, surface) >= READABLE)) return found
    found = atLightness(colour, at + step)
  }
  return step < 0 ? '#000000' : '#ffffff'
}

/** `share` of one colour laid over another. */
function mix(one: string, other: string, share: number): string {
  const channels = [1, 3, 5].map(at => {
    const [a, b] = [one, other].map(colour => Number.parseInt(colour.slice(at, at + 2), 16))
    return Math.round(a! * share + b! * (1 - share))
      .toString(16)
      .padStart(2, '0')
  })
  return `#${channels.join('')}`
}
