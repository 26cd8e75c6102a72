import { type Choice, type Field, longestText } from '../../../blocks/inputs.ts';
import { type FieldKind, fieldKindAt, fieldText, fieldValue } from '../../core/form.ts';
import type { State } from './form.ts';

/*
 * Forms about a group of the configuration (the settings, an app, a directory), input by input. What was not touched stays exactly
 * what it was, whatever an input could make of it.
 */

export type Group = Readonly<Record<string, unknown>>;
export type Held = State[string];

/** One input about a group: what it shows of it, and what it writes into it. Its block is where that stands: `grace.delete`. */
export type Asked = {
  block: string;
  label: string;
  field(held: Held): Field;
  held(group: Group): Held;
  /** The group with what was written. */
  put(group: Group, held: Held): Group;
};

/** A part that need not be there: it is taken out where none of these places says anything. */
export type Spare = { path: string; needs: readonly string[] };

export const valueAt = (group: unknown, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (found, key) => (typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined),
      group,
    );

/** Groups are copied on the way: the configuration never changes in place. Undefined takes the value out. */
export function withValue(group: Group, path: string, value: unknown): Group {
  const [key = '', ...rest] = path.split('.');
  const { [key]: was, ...others } = group;
  if (value === undefined && was === undefined) return group;
  const next = rest.length === 0 ? value : withValue((was as Group | undefined) ?? {}, rest.join('.'), value);
  if (next === undefined) return others;
  // In the place it had.
  return Object.hasOwn(group, key) ? { ...group, [key]: next } : { ...others, [key]: next };
}

/** How a value is written where its schema alone does not say. Undefined: none. */
export type Writing = { lines: boolean; textOf(value: unknown): string; valueOf(text: string): unknown };

/** The input its schema calls for: a text, lines, a number, a choice, or yes and no. */
export function asked(schema: unknown, path: string, label: string, hint: string, place = path): Asked {
  const kind = fieldKindAt(schema, path.split('.')) ?? { kind: 'text', choices: [] };
  return {
    ...{ block: place, label },
    field: (held) => fieldFor(kind, { block: place, label, hint }, textOf(held)),
    held: (group) => fieldText(valueAt(group, place)),
    put: (group, held) => withValue(group, place, fieldValue(kind, textOf(held))),
  };
}

export const askedAs = (path: string, label: string, hint: string, { lines, ...writing }: Writing): Asked => ({
  ...{ block: path, label },
  field: (held) => ({ kind: 'text', block: path, label, hint, lines, optional: true, value: textOf(held) }),
  held: (group) => writing.textOf(valueAt(group, path)),
  put: (group, held) => withValue(group, path, writing.valueOf(textOf(held))),
});

/** Several of these, in their order; none is no value. */
export const askedChecks = (path: string, label: string, hint: string, choices: readonly Choice[]): Asked => ({
  ...{ block: path, label },
  field: (held) => ({ kind: 'checks', block: path, label, hint, optional: true, choices, value: listOf(held) }),
  held: (group) => (valueAt(group, path) as readonly string[] | undefined) ?? [],
  put: (group, held) => withValue(group, path, held.length === 0 ? undefined : listOf(held)),
});

export const askedChoice = (path: string, label: string, hint: string, choices: readonly Choice[]): Asked => ({
  ...{ block: path, label },
  field: (held) => ({ kind: 'choice', block: path, label, hint, optional: false, choices, value: textOf(held) }),
  held: (group) => fieldText(valueAt(group, path)),
  put: (group, held) => withValue(group, path, textOf(held)),
});

/** Yes or no in words of its own. */
export function askedFlag(path: string, label: string, hint: string, [yes, no]: readonly [string, string]): Asked {
  const input = askedChoice(path, label, hint, [
    { value: 'true', text: yes },
    { value: 'false', text: no },
  ]);
  return { ...input, put: (group, held) => withValue(group, path, held === 'true') };
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
const dayChoices = weekdays.map((value) => ({ value, text: value }));

/** The days of a week, to be ticked; none: every day. */
export const askedDays = (path: string, label: string, hint = 'None ticked: every day.'): Asked =>
  askedChecks(path, label, hint, dayChoices);

export const textOf = (held: Held): string => (typeof held === 'string' ? held : '');
export const listOf = (held: Held): readonly string[] => (typeof held === 'string' ? [] : held);

const yesNo = [
  { value: 'true', text: 'yes' },
  { value: 'false', text: 'no' },
];

function fieldFor({ kind, choices }: FieldKind, about: { block: string; label: string; hint: string }, value: string) {
  const field = { ...about, optional: true, value };
  if (kind === 'flag') return { ...field, kind: 'choice' as const, choices: yesNo };
  if (kind !== 'choice') return { ...field, kind: 'text' as const, lines: kind === 'lines' };
  return { ...field, kind, choices: choices.map((one) => ({ value: one, text: one })) };
}

export const stateOf = (inputs: readonly Asked[], group: Group): State =>
  Object.fromEntries(inputs.map(({ block, held }) => [block, held(group)]));

const isLong = (input: Asked, group: Group): boolean => textOf(input.held(group)).length > longestText;

/** The inputs with what is in them; texts that are too long for one are not asked for, and stay. */
export const fieldsOf = (inputs: readonly Asked[], group: Group, state: State): Field[] =>
  inputs.filter((input) => !isLong(input, group)).map((input) => input.field(state[input.block] ?? input.held(group)));

export const keptNotes = (inputs: readonly Asked[], group: Group): string[] =>
  inputs.filter((input) => isLong(input, group)).map(({ label }) => `Kept as they are, too many for a form: ${label}`);

/** The group as the form says it, and the blocks somebody touched. */
export function written(
  inputs: readonly Asked[],
  group: Group,
  state: State,
  spare: readonly Spare[] = [],
): { group: Group; touched: string[] } {
  let next = group;
  const touched: string[] = [];
  for (const input of inputs) {
    const was = input.held(group);
    const held = state[input.block] ?? was;
    if (isLong(input, group) || same(was, held)) continue;
    touched.push(input.block);
    next = input.put(next, held);
  }
  for (const { path, needs } of spare)
    if (needs.every((place) => valueAt(next, place) === undefined)) next = withValue(next, path, undefined);
  return { group: next, touched };
}

/** What is ticked has no order. */
function same(was: Held, held: Held): boolean {
  if (typeof was === 'string' || typeof held === 'string')
    return was === held || (was.length === 0 && held.length === 0);
  return was.length === held.length && was.every((one) => held.includes(one));
}

/** An error is told at the input it is about, or at the nearest part of it. */
export function blockAt(inputs: readonly Asked[], place: string): string | null {
  const path = place.replace(/\[\d+\]/g, '');
  const found =
    inputs.find(({ block }) => block === path) ??
    inputs.find(({ block }) => path.startsWith(`${block}.`)) ??
    inputs.find(({ block }) => block.startsWith(`${path}.`));
  return found?.block ?? null;
}

/** The touched keys of a group, as they are now; one that was taken out is undefined. */
export const touchedKeys = <T extends object>(group: T, blocks: readonly string[]): { [K in keyof T]?: T[K] } =>
  Object.fromEntries(blocks.map((block) => block.split('.')[0] ?? '').map((key) => [key, Reflect.get(group, key)])) as {
    [K in keyof T]?: T[K];
  };
