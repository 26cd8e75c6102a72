import { forbiddenCharacter } from './characters.ts';
import type { Refuse } from './refusal.ts';

const five: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };
const reference = /&(?:(lt|gt|amp|apos|quot);|#([0-9]{1,7});|#x([0-9A-Fa-f]{1,6});)?/g;

/** Text with its references replaced: the five names that XML has, and numbers. */
export function decoded(text: string, refuse: Refuse): string {
  if (!text.includes('&')) return text;
  return text.replace(reference, (_whole, name, decimal, hexadecimal) => {
    if (name !== undefined) return five[name] ?? '';
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
    if (Number.isNaN(code)) throw refuse('It holds a reference other than the five names of XML and numbers.');
    const character = code > 0x10ffff ? '\0' : String.fromCodePoint(code);
    if (forbiddenCharacter(character) !== null) throw refuse('It refers to a character that XML cannot hold.');
    return character;
  });
}
