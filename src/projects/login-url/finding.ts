export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem'
  readonly sentence: string
  readonly fix?: string
}

export interface LoginCheck {
  /** The worst of the findings. */
  readonly verdict: Finding['level']
  readonly findings: readonly Finding[]
  /** The way that a browser goes, without the values of queries; null: not asked, or no answer. */
  readonly visited: readonly { readonly url: string; readonly status: number | null }[]
}

/** An address that may be shown: queries carry codes and tokens. */
export function withoutValues(url: URL): string {
  if (!/^https?:$/.test(url.protocol)) return `${url.protocol}...`
  const names = [...new Set(url.searchParams.keys())].map(name => `${encodeURIComponent(name)}=...`)
  return url.origin + shorten(url.pathname) + (names.length > 0 ? `?${shorten(names.join('&'))}` : '')
}

/** Long parts would hide the others. */
export function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}...` : text
}
