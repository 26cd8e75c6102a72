/** What a spreadsheet would take for a formula, also after blanks and in full-width form (OWASP, *CSV Injection*). */
const formula = /^\s*[=+\-@\t\r＝＋－＠]/u;

/**
 * One line of comma-separated values after RFC 4180, with its CRLF. A cell that a spreadsheet would run as a formula gets a
 * leading apostrophe, which spreadsheets show as text.
 */
export const csvLine = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`;

function cell(text: string): string {
  const harmless = formula.test(text) ? `'${text}` : text;
  const mustQuote = harmless !== text || /[",\r\n]/.test(harmless) || harmless.trim() !== harmless;
  return mustQuote ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
