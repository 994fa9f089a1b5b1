/** Browser and system, as far as a user agent gives them away; good enough to recognise one's own. */
export function browserOf(userAgent: string): { readonly browser?: string; readonly system?: string } {
  const browser = [
    ['Edg', 'Edge'],
    ['OPR', 'Opera'],
    ['Firefox', 'Firefox'],
    ['Chrome', 'Chrome'],
    ['Safari', 'Safari'],
    ['curl', 'curl'],
  ].find(([sign]) => userAgent.includes(`${sign}/`))?.[1]
  const system = [
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Android', 'Android'],
    ['Windows', 'Windows'],
    ['Mac OS X', 'macOS'],
    ['CrOS', 'ChromeOS'],
    ['Linux', 'Linux'],
  ].find(([sign]) => userAgent.includes(sign!))?.[1]
  return { ...(browser && { browser }), ...(system && { system }) }
}
