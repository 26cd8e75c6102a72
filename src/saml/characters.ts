/*
 * What XML 1.0 can hold (section 2.2), for what is written and what is read. A line separator (U+2028) or a next line (U+0085) may stand in
 * it, but some readers take both for a line feed where they are not written as references: that would break a signature.
 */

const forbidden = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const special = /[&<>"'\t\n\r\u0085\u2028]/g;

/** The first character that XML cannot hold, such as `U+0000`, a half of a surrogate pair too; null: it can hold them all. */
export function forbiddenCharacter(text: string): string | null {
  const found = forbidden.exec(text)?.[0].codePointAt(0);
  return found === undefined ? null : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** As it may stand in an element or in an attribute, so that every reader gets the very same characters. The only place that escapes. */
export const escaped = (text: string): string => text.replace(special, (character) => `&#${character.codePointAt(0)};`);

/** The characters that a signed message must not hold as themselves, though the library that signs writes them so. */
export const withLineEndsKept = (xml: string): string =>
  xml.replace(/[\r\u0085\u2028]/g, (character) => `&#${character.codePointAt(0)};`);
