/**
 * A path on the site where a reader may land, in canonical form, or undefined for anything that could lead elsewhere.
 * `/.//host`, `/a/..//host` and `/%2e//host` pass an origin check and still become `//host`, so the result of parsing
 * is looked at again.
 */
export function landingPath(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2048 || !/^\/[\x21-\x7e]*$/.test(value)) return undefined
  if (value.includes('\\')) return undefined
  const url = URL.parse(value, 'http://site.invalid')
  if (url?.origin !== 'http://site.invalid' || url.pathname.startsWith('//')) return undefined
  // Landing on the door itself would spend a code, or a session, again.
  if (doors.has(decoded(url.pathname))) return undefined
  return url.pathname + url.search + url.hash
}

const doors = new Set(['/jwt/authorize', '/callback/sso', '/logout'])

/** As the router reads it, which knows `/%6cogout` for what it is. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname)
  } catch {
    return pathname // no router takes it either
  }
}
