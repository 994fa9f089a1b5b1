/** A URL that is safe in an `href`: a path on this site or http(s). Anything else, `javascript:` first of all, becomes `/`. */
export function safeHref(url: string): string {
  // Browsers drop tabs and line breaks inside a URL, and read a backslash as a slash.
  if (/[\p{Cc}\\]/u.test(url)) return '/'
  if (url.startsWith('/')) return url.startsWith('//') ? '/' : url
  return /^https?:\/\/[^/]/i.test(url) ? url : '/'
}
