// Lighter and darker shades of a colour that stay the same colour to the eye: in OKLab (Björn Ottosson, 2020), where
// lightness is apart from hue and chroma.
import { toLinear } from './contrast.ts'

interface Oklch {
  readonly lightness: number
  readonly chroma: number
  /** Radians. */
  readonly hue: number
}

/** The colour at another lightness, 0 to 1, with as much of its chroma as a screen can show there. */
export function atLightness(colour: string, lightness: number): string {
  const { chroma, hue } = toOklch(colour)
  for (let share = 1; share > 0; share -= 0.02) {
    const linear = fromOklch({ lightness, chroma: chroma * share, hue })
    if (linear.every(channel => channel > -0.0005 && channel < 1.0005)) return toHex(linear)
  }
  return toHex(fromOklch({ lightness, chroma: 0, hue }))
}

export function lightnessOf(colour: string): number {
  return toOklch(colour).lightness
}

function toOklch(colour: string): Oklch {
  const [r, g, b] = toLinear(colour)
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  const one = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s
  const two = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    chroma: Math.hypot(one, two),
    hue: Math.atan2(two, one),
  }
}

function fromOklch({ lightness, chroma, hue }: Oklch): number[] {
  const [one, two] = [chroma * Math.cos(hue), chroma * Math.sin(hue)]
  const l = (lightness + 0.3963377774 * one + 0.2158037573 * two) ** 3
  const m = (lightness - 0.1055613458 * one - 0.0638541728 * two) ** 3
  const s = (lightness - 0.0894841775 * one - 1.291485548 * two) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

function toHex(linear: readonly number[]): string {
  const channels = linear.map(light => {
    const clipped = Math.min(1, Math.max(0, light))
    const value = clipped <= 0.0031308 ? clipped * 12.92 : 1.055 * clipped ** (1 / 2.4) - 0.055
    return Math.round(value * 255)
      .toString(16)
      .padStart(2, '0')
  })
  return `#${channels.join('')}`
}
