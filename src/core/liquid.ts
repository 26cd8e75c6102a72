import { type FilterImplOptions, Liquid, Output, type Template } from 'liquidjs';
import type { Attributes, Value } from './model.ts';
import { nearest } from './nearest.ts';
import { byText, listOf, valuesOf } from './text.ts';

/** Nothing that loops, reads a file, keeps a variable or looks at the clock. */
const tags = ['if', 'unless'];
/** They look at one value: of a list it is the first, as everywhere in a text. */
const singleFilters = [
  ...['append', 'prepend', 'downcase', 'upcase', 'capitalize', 'slice', 'strip', 'lstrip', 'rstrip', 'squish'],
  ...['replace', 'replace_first', 'replace_last', 'remove', 'remove_first', 'remove_last', 'truncate', 'split'],
  ...['plus', 'minus', 'times', 'divided_by', 'modulo', 'abs', 'ceil', 'floor', 'round', 'at_least', 'at_most'],
];
const listFilters = ['join', 'first', 'last', 'size', 'uniq', 'compact', 'reverse', 'default'];
const filters = [...singleFilters, ...listFilters, 'ascii'].sort(byText);

const templateLimit = 10_000;
/** Characters and list members one rendering may make: beyond any attribute an app takes. */
const memoryLimit = 100_000;

function makeEngine(): Liquid {
  const engine = new Liquid({
    ...{ strictFilters: true, strictVariables: true, lenientIf: true, ownPropertyOnly: true, keepOutputType: true },
    ...{ parseLimit: templateLimit, memoryLimit, templates: {}, dynamicPartials: false, globals: Object.create(null) },
    outputEscape: (found) => (Array.isArray(found) ? several(found) : found),
  });
  for (const name of Object.keys(engine.tags)) if (!tags.includes(name)) delete engine.tags[name];
  for (const name of Object.keys(engine.filters)) if (!filters.includes(name)) delete engine.filters[name];
  engine.registerFilter('ascii', ascii);
  for (const name of [...singleFilters, 'ascii']) engine.registerFilter(name, ofFirst(engine.filters[name]));
  return engine;
}

function ofFirst(filter: FilterImplOptions | undefined): FilterImplOptions {
  const handler = typeof filter === 'function' ? filter : filter?.handler;
  return function (value, ...given) {
    return handler?.call(this, Array.isArray(value) ? (value[0] ?? '') : value, ...given);
  };
}

/** A list that is written: alone it stays all its values, within a text it is the first of them. */
type Several = { several: readonly unknown[]; toString(): string };
const several = (found: readonly unknown[]): Several => ({ several: found, toString: () => String(found[0] ?? '') });
const isSeveral = (found: unknown): found is Several =>
  typeof found === 'object' && found !== null && Object.hasOwn(found, 'several');

const letters: Readonly<Record<string, string>> = { ß: 'ss', æ: 'ae', Æ: 'AE', œ: 'oe', Œ: 'OE', ø: 'o', Ø: 'O' };
const more: Readonly<Record<string, string>> = { ł: 'l', Ł: 'L', đ: 'd', Đ: 'D', ð: 'd', Ð: 'D', þ: 'th', Þ: 'Th' };
const plain = new Map(Object.entries({ ...letters, ...more, ı: 'i' }));

/** Letters without their accents, and no other sign beyond ASCII: `Zoë Łuczak` → `Zoe Luczak`. */
function ascii(value: unknown): string {
  const text = typeof value === 'string' ? value : String(value ?? '');
  const bare = text.normalize('NFKD').replace(/\p{M}/gu, '');
  return [...bare]
    .map((letter) => plain.get(letter) ?? letter)
    .join('')
    .replace(/[^\x20-\x7e]/g, '');
}

const engine = makeEngine();

/** What a template came to. `missing`: the attribute without a value it stopped at; `failed`: it could not be worked out. */
export type Rendered = { values: readonly Value[]; missing: string | null; failed: string | null };

const nothing: Rendered = { values: [], missing: null, failed: null };

/** `needs`: the attributes without which it is no value, as far as that is plain before it is rendered. */
type Compiled = { template: Template[]; needs: readonly string[] } | { problem: string };
const compiled = new Map<string, Compiled>();
/** More templates than any company writes. */
const compiledKept = 5_000;

function compile(text: string): Compiled {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  if (compiled.size >= compiledKept) compiled.clear();
  const made = parse(text);
  compiled.set(text, made);
  return made;
}

function parse(text: string): Compiled {
  try {
    const template = engine.parse(text);
    return { template, needs: template.flatMap(neededBy) };
  } catch (error) {
    return { problem: sentenceOf(error) };
  }
}

/** What an output outside of every `if` reads, unless `default` looks after it. Known beforehand, it costs no exception. */
function neededBy(part: Template): string[] {
  if (!(part instanceof Output) || part.value.filters[0]?.name === 'default') return [];
  return engine.globalVariablesSync([part]);
}

/** The first line of the library's message, without its place in a file there is not. */
function sentenceOf(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/, (line|file):.*$/, '');
}

/** Does the text hold Liquid: an output or a tag? */
export const isLiquid = (text: string): boolean => text.includes('{{') || text.includes('{%');

/**
 * A Liquid template over a person's attributes: pure, and it never throws. One output alone keeps its type and all values of a
 * list. An attribute without a value makes the whole template no value, unless `default` or `if` looks after it.
 */
export function render(text: string, attributes: Attributes): Rendered {
  const made = compile(text);
  if ('problem' in made) return { ...nothing, failed: made.problem };
  const without = made.needs.find((name) => valuesOf(attributes, name).length === 0);
  if (without !== undefined) return { ...nothing, missing: without };
  try {
    return valuesIn(engine.renderSync(made.template, scopeOf(attributes)));
  } catch (error) {
    const missing = missingIn(error);
    return missing === null ? { ...nothing, failed: sentenceOf(error) } : { ...nothing, missing };
  }
}

/** Attributes with a value, as own properties and nothing else; one of many values stands alone. */
function scopeOf(attributes: Attributes): object {
  const scope: object = Object.create(null);
  for (const [name, held] of Object.entries(attributes)) {
    const values = listOf(held);
    const value = values.length > 1 ? [...values] : values[0];
    if (value !== undefined) Object.defineProperty(scope, name, { value, enumerable: true });
  }
  return scope;
}

function missingIn(error: unknown): string | null {
  const said = error instanceof Error ? /^undefined variable: ([^,\n]+)/.exec(error.message) : null;
  return said?.[1] ?? null;
}

const isValue = (found: unknown): found is Value => ['string', 'number', 'boolean'].includes(typeof found);

function valuesIn(rendered: unknown): Rendered {
  const found = (isSeveral(rendered) ? rendered.several : [rendered]).filter(isValue);
  if (found.some((value) => typeof value === 'number' && !Number.isFinite(value)))
    return { ...nothing, failed: 'what it works out is no number' };
  return { ...nothing, values: listOf(found.map((value) => (typeof value === 'string' ? value.trim() : value))) };
}

/** The attributes a template reads, sorted; none of one that cannot be read. */
export function namesInLiquid(text: string): string[] {
  return [...new Set(pathsIn(text).map(([name]) => String(name)))].sort(byText);
}

function pathsIn(text: string): readonly (readonly unknown[])[] {
  const made = compile(text);
  if ('problem' in made) return [];
  try {
    return engine.globalVariableSegmentsSync(made.template);
  } catch {
    return [];
  }
}

const parts = ['first', 'last', 'size'];

/** What is wrong with a template, and what to do about it; null for a good one. */
export function liquidProblem(text: string): { message: string; remedy: string } | null {
  const made = compile(text);
  if ('problem' in made) return { message: made.problem, remedy: remedyOf(made.problem) };
  const deep = pathsIn(text).find(([, ...rest]) => rest.some((part) => typeof part !== 'number' && !isPart(part)));
  if (deep === undefined) return null;
  return {
    message: `${deep.join('.')}: attributes have no parts`,
    remedy: `use one of: ${parts.join(', ')}, a number`,
  };
}

const isPart = (part: unknown): boolean => typeof part === 'string' && parts.includes(part);

function remedyOf(problem: string): string {
  const [, filter] = /undefined filter: (\S+)/.exec(problem) ?? [];
  if (filter !== undefined) return near(filter, filters, 'filters');
  const [, tag] = /tag "([^"]*)" not found/.exec(problem) ?? [];
  if (tag !== undefined) return near(tag, tags, 'tags');
  return 'write it as in `{{ givenName | downcase }}.{{ familyName | downcase }}`';
}

function near(word: string, words: readonly string[], kind: string): string {
  const meant = nearest(word, words);
  return meant === null ? `the ${kind} there are: ${words.join(', ')}` : `did you mean ${meant}?`;
}
