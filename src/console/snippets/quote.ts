// Text as a string literal of a programming language. A project's values are typed by somebody: none may end its literal
// and become code, nor be read as anything but itself.

export type Quote = (text: string) => string

/** As in a POSIX shell: nothing is special between single quotes, not even a backslash. */
export const quoteForShell: Quote = text => `'${wellFormed(text).replaceAll("'", "'\\''")}'`

/** Single quotes of PHP and Ruby, where only the quote and the backslash are special; line breaks stand as they are. */
export const quoteSimply: Quote = text => `'${wellFormed(text).replace(/['\\]/g, '\\$&')}'`

/** Single quotes of JavaScript. */
export const quoteForJavaScript: Quote = text =>
  `'${escapeUnits(wellFormed(text).replace(/['\\]/g, '\\$&'))}'`

/** Double quotes of C#, which reads escapes inside its literals only. */
export const quoteForCSharp: Quote = text => `"${escapeUnits(wellFormed(text).replace(/["\\]/g, '\\$&'))}"`

/**
 * Double quotes of Java. It reads `\u0022` before it looks for literals, so what is no printable ASCII stands as it is, and
 * controls in octal (JLS 3.3 and 3.10.7).
 */
export const quoteForJava: Quote = text => {
  const escaped = wellFormed(text).replace(/["\\]/g, '\\$&')
  return `"${escaped.replace(/\p{Cc}/gu, unit => `\\${unit.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`
}

/** Double quotes of Python and Go: `\UXXXXXXXX` is a code point. */
export const quoteByCodePoint: Quote = text => {
  const escaped = wellFormed(text).replace(/["\\]/g, '\\$&')
  return `"${escaped.replace(/[^\x20-\x7e]/gu, point => `\\U${hex(point.codePointAt(0)!, 8)}`)}"`
}

function escapeUnits(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, unit => `\\u${hex(unit.charCodeAt(0), 4)}`)
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}

/** NUL ends a string in some languages, and half a character is none in others: neither is ever part of a URL or an ID. */
function wellFormed(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
