import { closest, distance } from 'fastest-levenshtein';
import { type Token, textOf, tokenize } from './tokens.ts';
import { usageOf } from './usage.ts';
import { type Field, fieldsOf, type Input, type VerbName, verbNames, verbs } from './verbs.ts';

/** What was typed, understood: a verb with its input. */
export type Parsed<V extends VerbName = VerbName> = { [K in V]: { ok: true; verb: K; input: Input<K> } }[V];
/** Or a plain sentence why not, and how it is written. */
export type Misread = { ok: false; text: string; usage: string | null };

/** Understands what stands after `/provision`. Pure; nothing typed is repeated but the unknown word itself. */
export function parse(text: string): Parsed | Misread {
  const [first, ...rest] = tokenize(text);
  if (first === undefined) return { ok: true, verb: 'help', input: {} };
  const name = first.kind === 'word' ? verbNamed(first.text) : null;
  return name === null ? unknownVerb(first) : readInput(name, rest);
}

/** A decision about a request, and the emergency of a *disable*: such commands are never dropped. */
const kept: ReadonlySet<VerbName> = new Set(['approve', 'reject', 'done', 'cannot', 'disable']);

/** Does this text decide something that must not be lost? */
export function isDecision(text: string): boolean {
  const parsed = parse(text);
  return parsed.ok && kept.has(parsed.verb);
}

/** The verb of this name or alias. */
export function verbNamed(text: string): VerbName | null {
  const word = text.toLowerCase();
  return verbNames.find((name) => name === word || verbs[name].aliases.some((alias) => alias === word)) ?? null;
}

function unknownVerb(token: Token): Misread {
  const word = textOf([token]).toLowerCase();
  const known = verbNames.flatMap((name) => [name, ...verbs[name].aliases]);
  const nearest = closest(word, known);
  const near = distance(word, nearest) <= editsAllowed(nearest);
  const meant = near ? verbNamed(nearest) : null;
  return meant === null
    ? { ok: false, text: 'I do not know that verb.', usage: usageOf('help') }
    : { ok: false, text: `I do not know that verb. Did you mean “${meant}”?`, usage: usageOf(meant) };
}

/** In a short word two edits make any other. */
const editsAllowed = (verb: string): number => (verb.length < 5 ? 1 : Math.max(2, Math.floor(verb.length / 3)));

type Given = Record<string, Token[]>;

function readInput(name: VerbName, tokens: readonly Token[]): Parsed | Misread {
  const fields = fieldsOf(name);
  const given = assign(fields, tokens);
  if (typeof given === 'string') return { ok: false, text: given, usage: usageOf(name) };
  const missing = fields.find((field) => field.required && given[field.name] === undefined);
  if (missing !== undefined) {
    return {
      ok: false,
      text: `Say which ${calledIn(missing)} you mean.`,
      usage: usageOf(name),
    };
  }
  const raw = Object.fromEntries(fields.flatMap((field) => inputOf(field, given[field.name])));
  const checked = verbs[name].input.safeParse(raw);
  if (checked.success) return { ok: true, verb: name, input: checked.data } as Parsed;
  const field = checked.error.issues[0]?.path.join('.') ?? 'input';
  return {
    ok: false,
    text: `The ${field} is not as it should be: ${checked.error.issues[0]?.message}.`,
    usage: usageOf(name),
  };
}

/** `<person|app> [status]` is called a person or app. */
const calledIn = ({ usage, name }: Field): string => /^<([^>]*)>/.exec(usage)?.[1]?.replaceAll('|', ' or ') ?? name;

const inputOf = (field: Field, tokens: readonly Token[] | undefined): [string, unknown][] =>
  tokens === undefined ? [] : [[field.name, field.phrase ? tokens : textOf(tokens)]];

/** Flags by name, the rest by place; a sentence when something has no place. */
function assign(fields: readonly Field[], tokens: readonly Token[]): Given | string {
  const given: Given = {};
  const flagged = new Set<string>();
  const nextPlace = (): Field | undefined =>
    fields.find(({ name, rest, flagOnly }) => !flagOnly && !flagged.has(name) && (rest || given[name] === undefined));
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as Token;
    const place = nextPlace();
    const field = flagAt(token, fields, place, given);
    if (field !== undefined) {
      const value = valueAfter(field, tokens.slice(index + 1));
      if (value.length === 0) return field.keyword ? `Say who, after “${field.name}”.` : `Say what --${field.name} is.`;
      if (given[field.name] !== undefined) return `The ${field.name} is given twice.`;
      given[field.name] = value;
      flagged.add(field.name);
      index += value.length;
    } else if (place !== undefined && (token.kind !== 'flag' || isText(place))) {
      given[place.name] = [...(given[place.name] ?? []), token];
    } else {
      return token.kind === 'flag' ? `There is no flag --${token.name} here.` : 'That is more than I understand here.';
    }
  }
  return given;
}

/** The field a token names: by its flag, or by its keyword where nothing else has begun. */
function flagAt(token: Token, fields: readonly Field[], place: Field | undefined, given: Given): Field | undefined {
  if (token.kind === 'flag') return fields.find(({ name }) => name === token.name);
  const begun = place !== undefined && (place.required || given[place.name] !== undefined);
  if (token.kind !== 'word' || begun) return undefined;
  return fields.find(({ keyword, name }) => keyword && name === token.text.toLowerCase());
}

/** The word after a flag; after a keyword, everything up to the next flag; of a reason, everything up to the end. */
function valueAfter(field: Field, tokens: readonly Token[]): Token[] {
  const [first] = tokens;
  if (first === undefined || first.kind === 'flag') return [];
  if (!field.keyword) return isText(field) ? [...tokens] : [first];
  const end = tokens.findIndex((token) => token.kind === 'flag');
  return tokens.slice(0, end === -1 ? tokens.length : end);
}

/** A reason may hold anything, also what looks like a flag. */
const isText = (field: Field): boolean => field.rest && !field.phrase;
