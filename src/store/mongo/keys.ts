/** Keys that MongoDB, BSON or JavaScript give a meaning of their own. */
const reserved = new Set(['__proto__', '_bsontype']);
const special = /[%.$\0]/g;
/** Almost every key: nothing in it needs a second look. */
const ordinary = /^[^%.$\0_]+$/;
const codes: Readonly<Record<string, string>> = { '%': '%25', '.': '%2E', $: '%24', '\0': '%00' };
const escapes = /%(?:25|2E|24|00)/g;

/** A key that is safe anywhere in a document: attribute and entitlement names may hold dots, dollar signs, or nothing at all. */
export function escapeKey(key: string): string {
  if (ordinary.test(key)) return key;
  if (key === '') return '%';
  if (reserved.has(key)) return `%${key}`;
  return key.replace(special, (character) => codes[character] ?? character);
}

export function unescapeKey(key: string): string {
  if (!key.includes('%')) return key;
  if (key === '%') return '';
  if (key.startsWith('%_')) return key.slice(1);
  return key.replace(escapes, (code) => String.fromCharCode(Number.parseInt(code.slice(1), 16)));
}

/**
 * The value with every key escaped, at any depth; `undefined` members are left out. What has nothing to escape, as nearly
 * everything, is answered as it is and not copied.
 */
export const pack = (value: unknown): unknown => (isAs(value, escapeKey) ? value : walk(value, escapeKey));

/** What `pack` was given. */
export const unpack = (value: unknown): unknown => (isAs(value, unescapeKey) ? value : walk(value, unescapeKey));

function isAs(value: unknown, rename: (key: string) => string): boolean {
  if (typeof value !== 'object' || value === null) return value !== undefined;
  if (Array.isArray(value)) return value.every((item) => isAs(item, rename));
  // Not by entries: they are made anew for every object of every document.
  for (const key in value) if (rename(key) !== key || !isAs(value[key as keyof typeof value], rename)) return false;
  return true;
}

function walk(value: unknown, rename: (key: string) => string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => walk(item, rename));
  const renamed: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) put(renamed, rename(key), walk(member, rename));
  }
  return renamed;
}

function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}
