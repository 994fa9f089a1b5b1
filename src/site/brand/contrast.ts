// Contrast as WCAG 2.2 measures it (relative luminance), between colours written `#rrggbb`.

/** What text must reach on what is behind it (success criterion 1.4.3). */
export const READABLE = 4.5

/** From 1, the same, to 21, black on white. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)]
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}

/** Red, green and blue as light, 0 to 1. */
export function toLinear(colour: string): [number, number, number] {
  const number = Number.parseInt(colour.slice(1), 16)
  const channel = (shift: number) => {
    const value = ((number >> shift) & 255) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(16), channel(8), channel(0)]
}

function luminance(colour: string): number {
  const [red, green, blue] = toLinear(colour)
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
