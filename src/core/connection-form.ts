import { z } from 'zod';

/**
 * One field of a form made from a schema. `path` names the place in the value: `auth.token`. A `choice` with `decides` opens other
 * fields: its value says which kind of thing is filled in. A `grant` is a secret nobody types: it comes of authenticating by redirect.
 */
export type Field = {
  path: string;
  kind: 'text' | 'number' | 'choice' | 'yes-no' | 'list' | 'pairs' | 'secret' | 'grant';
  required: boolean;
  /** What may be chosen; empty for all other kinds. */
  options: readonly string[];
  decides: boolean;
  /** What holds when it stays empty, in words. */
  fallback: string | null;
  help: string | null;
};

/** The parts of JSON Schema (draft 2020-12) that zod makes of our schemas, as far as a form needs them. */
type Node = {
  type?: string;
  const?: unknown;
  enum?: readonly unknown[];
  default?: unknown;
  description?: string;
  secret?: boolean;
  grant?: boolean;
  properties?: Readonly<Record<string, Node>>;
  required?: readonly string[];
  additionalProperties?: Node | boolean;
  items?: Node;
  oneOf?: readonly Node[];
  anyOf?: readonly Node[];
};

/** What has been filled in so far, as an object of the schema's shape; nothing of it is trusted. */
export type Filled = Readonly<Record<string, unknown>>;

const nodes = new WeakMap<object, Node>();

function nodeOf(schema: z.ZodType): Node {
  const known = nodes.get(schema);
  if (known !== undefined) return known;
  const node = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Node;
  nodes.set(schema, node);
  return node;
}

/**
 * The fields of a form for values of this schema, in its order. Where it knows several kinds of thing (bearer, basic …) one field
 * chooses the kind, and the fields of what `filled` has chosen follow it.
 */
export const fieldsOf = (schema: z.ZodType, filled: Filled): Field[] => membersOf(nodeOf(schema), filled, '');

function membersOf(node: Node, filled: unknown, path: string): Field[] {
  const required = new Set(node.required ?? []);
  return Object.entries(node.properties ?? {}).flatMap(([key, member]) =>
    fieldsAt(member, valueAt(filled, key), path === '' ? key : `${path}.${key}`, required.has(key)),
  );
}

const valueAt = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Filled)[key] : undefined;

function fieldsAt(node: Node, filled: unknown, path: string, required: boolean): Field[] {
  const kinds = node.oneOf ?? node.anyOf ?? [];
  if (kinds.some(({ properties }) => properties !== undefined)) return kindsAt(kinds, filled, path, required);
  if (node.properties !== undefined) return membersOf(node, filled, path);
  if (node.const !== undefined || (node.enum?.length === 1 && node.default !== undefined)) return [];
  return [fieldAt(node, path, required)];
}

/** The key whose constant tells the kinds apart. */
const tellingKey = (kinds: readonly Node[]): string =>
  Object.keys(kinds[0]?.properties ?? {}).find((key) =>
    kinds.every(({ properties }) => properties?.[key]?.const !== undefined),
  ) ?? 'type';

function kindsAt(kinds: readonly Node[], filled: unknown, path: string, required: boolean): Field[] {
  const key = tellingKey(kinds);
  const names = kinds.map(({ properties }) => String(properties?.[key]?.const));
  const chosen = kinds[names.indexOf(String(valueAt(filled, key)))] ?? (required ? kinds[0] : undefined);
  const choice: Field = {
    ...{ path: `${path}.${key}`, kind: 'choice', required, options: names, decides: true, help: null },
    fallback: required ? (names[0] ?? null) : null,
  };
  return chosen === undefined ? [choice] : [choice, ...membersOf(chosen, filled, path)];
}

function fieldAt(node: Node, path: string, required: boolean): Field {
  const options = (node.enum ?? []).map(String);
  return {
    path,
    kind: kindOf(node),
    required,
    options,
    decides: false,
    fallback: inWords(node.default),
    help: node.description ?? null,
  };
}

function kindOf(node: Node): Field['kind'] {
  if (node.secret === true) return node.grant === true ? 'grant' : 'secret';
  if (node.enum !== undefined) return 'choice';
  if (node.type === 'boolean') return 'yes-no';
  if (node.type === 'number' || node.type === 'integer') return 'number';
  if (node.type === 'array') return 'list';
  return node.type === 'object' ? 'pairs' : 'text';
}

function inWords(value: unknown): string | null {
  if (value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0))
    return null;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

/** What a person wrote into a field, as the value it means; undefined when it stayed empty. Wrong numbers stay text, for the schema to refuse. */
export function meaningOf({ kind }: Pick<Field, 'kind'>, text: string): unknown {
  const written = text.trim();
  if (written === '') return undefined;
  if (kind === 'number') return Number.isFinite(Number(written)) ? Number(written) : written;
  if (kind === 'yes-no') return written === 'yes';
  if (kind === 'list') return linesOf(written);
  return kind === 'pairs' ? Object.fromEntries(linesOf(written).map(pairOf)) : written;
}

const linesOf = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** `department: Dept.` */
function pairOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

/** The way back: what a field shows of a value. */
export function wordsOf({ kind }: Pick<Field, 'kind'>, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (kind === 'yes-no') return value === true ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(String).join('\n');
  if (typeof value === 'object')
    return Object.entries(value)
      .map(([key, one]) => `${key}: ${String(one)}`)
      .join('\n');
  return String(value);
}

/** The value at a field's path. */
export const filledAt = (filled: Filled, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => valueAt(value, key), filled);

/** The object with this value at the path; undefined takes it out. Own keys only, so that no path reaches a prototype. */
export function withFilled(filled: Filled, path: string, value: unknown): Filled {
  const [key = '', ...rest] = path.split('.');
  const inner = valueAt(filled, key);
  const next =
    rest.length === 0
      ? value
      : withFilled(typeof inner === 'object' && inner !== null ? (inner as Filled) : {}, rest.join('.'), value);
  const others = Object.entries(filled).filter(([name]) => name !== key);
  return Object.fromEntries(next === undefined ? others : [...others, [key, next]]);
}

/** What the schema says of what was filled in, by the path of the field it is about. Empty: it is right. */
export function problemsOf(schema: z.ZodType, filled: Filled): ReadonlyMap<string, string> {
  const parsed = schema.safeParse(filled);
  if (parsed.success) return new Map();
  return new Map(parsed.error.issues.map(({ path, message }) => [path.map(String).join('.'), message]));
}
