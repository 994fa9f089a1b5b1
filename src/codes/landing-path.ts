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
  if (url.pathname === '/jwt/authorize' || url.pathname === '/logout') return undefined
  return url.pathname + url.search + url.hash
}
