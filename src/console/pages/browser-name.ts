import { browserOf } from '../../platform/browser-of.ts'

/** `Firefox on Windows`, as far as a user agent gives it away. */
export function browserName(userAgent: string): string {
  const { browser = 'a browser', system } = browserOf(userAgent)
  return system ? `${browser} on ${system}` : browser
}
