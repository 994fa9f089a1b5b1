/**
 * One line of CSV (RFC 4180), with its end. A cell that a spreadsheet would take for a formula gets an apostrophe in front,
 * so that it stays text (OWASP, "CSV Injection"); every cell is quoted, so that none can begin another one.
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell => `"${asText(cell).replaceAll('"', '""')}"`).join(',')}\r\n`
}

/** The signs of full width are taken for the usual ones by some spreadsheets. */
function asText(cell: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell
}
