/**
 * Decodes base64url strictly (RFC 4648, sections 3.3 and 3.5): no padding, no foreign characters, no spare bits.
 * Node decodes several spellings to the same bytes; a credential must have one.
 */
export function decodeBase64url(text: string, bytes: number): Buffer | undefined {
  if (text.length !== Math.ceil((bytes * 8) / 6)) return undefined
  const decoded = Buffer.from(text, 'base64url')
  return decoded.length === bytes && decoded.toString('base64url') === text ? decoded : undefined
}
