import { inside, type Schema, sameValue, schemasIn } from './schema.ts';

/** How a form asks for a value: `lines` is a list of texts, a line each. */
export type FieldKind = {
  kind: 'text' | 'lines' | 'number' | 'flag' | 'choice';
  /** What may be chosen; empty for other kinds. */
  choices: readonly string[];
};

/** How a form can ask for what this schema takes; null where it cannot: groups, and lists of them. */
export function fieldKind(schema: unknown): FieldKind | null {
  const [found] = schemasIn([schema]);
  return found === undefined ? null : kindOf(found);
}

/** The same of a part: `['deletionThreshold', 'count']`. */
export function fieldKindAt(schema: unknown, path: readonly string[]): FieldKind | null {
  let [found] = schemasIn([schema]);
  for (const key of path) found = found === undefined ? undefined : memberOf(found, key);
  return found === undefined ? null : kindOf(found);
}

/** The member of a group, whatever wraps the group. */
function memberOf(schema: Schema, key: string): Schema | undefined {
  const [own] = inside(schema, key);
  if (own !== undefined) return own;
  for (const next of sameValue(schema)) {
    const found = memberOf(next, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

const plain = { string: 'text', number: 'number', boolean: 'flag' } as const;

function kindOf(schema: Schema): FieldKind | null {
  const { type, entries, element } = schema._zod.def as { type?: string; entries?: object; element?: unknown };
  if (type === 'string' || type === 'number' || type === 'boolean') return { kind: plain[type], choices: [] };
  if (type === 'enum') return { kind: 'choice', choices: Object.values(entries ?? {}).map(String) };
  if (type === 'array') return fieldKind(element)?.kind === 'text' ? { kind: 'lines', choices: [] } : null;
  if (type === 'union') return null;
  const [inner] = sameValue(schema);
  return inner === undefined ? null : kindOf(inner);
}

/** A value as its field holds it. */
export function fieldText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(String).join('\n') : String(value);
}

/**
 * What somebody wrote into a field, as the schema is to read it: an empty field is no value. A number that is none stays a text, so
 * that the schema says what is wrong with it.
 */
export function fieldValue({ kind }: Pick<FieldKind, 'kind'>, text: string): unknown {
  const written = text.trim();
  if (kind === 'lines') return linesIn(text);
  if (written === '') return undefined;
  if (kind === 'number') return Number.isNaN(Number(written)) ? written : Number(written);
  return kind === 'flag' ? written === 'true' : written;
}

/** Each line that says something, trimmed. */
export const linesIn = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
