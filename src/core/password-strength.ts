import type { Attributes } from './model.ts';
import { fold, sortedUnique, valuesOf } from './text.ts';

/** Characters. The longest is what apps commonly take whole (bcrypt reads 72 bytes). */
export const passwordLengths = { least: 14, most: 64 } as const;

/** Shortest part of a name that is looked for, and how many different characters must remain beside what anybody would guess. */
const shortestPart = 3;
const leastDifferent = 6;

/**
 * Why nobody should use this password; null: it will do. Length counts most; what is refused beside it is what somebody who knows
 * the person, or the commonest passwords, would try first (NIST SP 800-63B-4, section 3.1.1.2).
 */
export function weakness(password: string, attributes: Attributes): string | null {
  const characters = [...password].length;
  if (characters < passwordLengths.least) return `it is shorter than ${passwordLengths.least} characters`;
  if (characters > passwordLengths.most || new TextEncoder().encode(password).length > 72)
    return `it is longer than ${passwordLengths.most} characters`;
  if (/\p{Cc}/u.test(password) || password !== password.trim())
    return 'it begins or ends with a space, or holds a character that cannot be typed';
  if (personal(attributes).some((part) => unmasked(password).includes(part)))
    return 'it holds a part of your name, user name, e-mail address or company';
  return isGuessable(password)
    ? 'it is one of those that are tried first: a common word, a row of keys, or much of the same'
    : null;
}

const masks: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' },
};

/** As it is read: `P@ssw0rd` is `password`, `Zoë` is `zoe`. */
const unmasked = (text: string): string =>
  fold(text)
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[013457@$!]/g, (character) => masks[character] ?? character);

const personalNames = [
  ...['givenName', 'familyName', 'displayName', 'userName', 'samAccountName', 'userPrincipalName', 'email', 'company'],
];

/** Every part of what the person and the company are called; of an address what stands before the @, and the domain's names. */
function personal(attributes: Attributes): string[] {
  const values = personalNames.flatMap((name) => valuesOf(attributes, name)).map((value) => fold(value));
  const words = values.flatMap((value) => {
    const [local = '', domain = ''] = value.split('@');
    return [local, ...local.split(/[^\p{L}\p{N}]+/u), ...domain.split('.').slice(0, -1)];
  });
  return sortedUnique(words.map(unmasked)).filter((word) => word.length >= shortestPart);
}

/** The longer ones first, so that no word is left in pieces. */
const common = [
  ...[
    'correcthorsebatterystaple',
    'administrator',
    'willkommen',
    'iloveyou',
    'changeme',
    'password',
    'passwort',
    'football',
  ],
  ...[
    'baseball',
    'sunshine',
    'princess',
    'superman',
    'whatever',
    'starwars',
    'september',
    'november',
    'december',
    'february',
  ],
  ...[
    'rollcall',
    'welcome',
    'letmein',
    'january',
    'october',
    'zaqlxsw',
    'company',
    'trustno',
    'secret',
    'master',
    'monkey',
  ],
  ...[
    'dragon',
    'batman',
    'summer',
    'winter',
    'spring',
    'autumn',
    'august',
    'qazwsx',
    'access',
    'hello',
    'admin',
    'login',
  ],
  ...['passw', 'guest', 'march', 'april', 'love', 'june', 'july', 'test', 'user'],
];
const rows = [
  ...['qwertyuiop', 'qwertzuiop', 'azertyuiop', 'asdfghjkl', 'yxcvbnm', 'zxcvbnm', '1234567890'],
  'abcdefghijklmnopqrstuvwxyz',
];

/** Four signs along a row, there and back. */
const runs = rows.flatMap((row) => {
  const lines = [row, [...row].reverse().join('')];
  return lines.flatMap((line) => [...line].map((_, at) => line.slice(at, at + 4)).filter((run) => run.length === 4));
});

const without = (text: string, parts: readonly string[]): string =>
  parts.reduce((left, part) => left.replaceAll(part, ''), text);

/** What is left once rows and words are taken out says little: a year, a full stop, the same sign again and again. */
function isGuessable(password: string): boolean {
  const words = without(unmasked(without(fold(password), runs)), common);
  return new Set(without(words, runs)).size < leastDifferent;
}
