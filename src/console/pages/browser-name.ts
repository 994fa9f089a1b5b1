/** `Firefox on Windows`, as far as a user agent gives it away; good enough to recognise one's own. */
export function browserName(userAgent: string): string {
  const browser =
    [
      ['Edg', 'Edge'],
      ['OPR', 'Opera'],
      ['Firefox', 'Firefox'],
      ['Chrome', 'Chrome'],
      ['Safari', 'Safari'],
      ['curl', 'curl'],
    ].find(([sign]) => userAgent.includes(`${sign}/`))?.[1] ?? 'a browser'
  const system = [
    ['iPhone', 'iPhone'],
    ['iPad', 'iPad'],
    ['Android', 'Android'],
    ['Windows', 'Windows'],
    ['Mac OS X', 'macOS'],
    ['CrOS', 'ChromeOS'],
    ['Linux', 'Linux'],
  ].find(([sign]) => userAgent.includes(sign!))?.[1]
  return system ? `${browser} on ${system}` : browser
}
