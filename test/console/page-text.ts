const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' }

/** What a page says, without tags, isolates and the spaces between words. */
export function textOf(page: string): string {
  return page
    .replace(/<[^>]*>/g, '')
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&(amp|lt|gt|quot);/g, (_, name) => names[name]!)
    .replace(/[\u2068\u2069]/g, '')
    .replace(/\s+/g, ' ')
}
