import type { z } from 'zod';
import type { Field } from '../../../blocks/inputs.ts';
import type { Condition, Match } from '../../core/condition-schema.ts';
import type { Config } from '../../core/config.ts';
import type { Holder } from '../../engine/configure/configuring.ts';
import {
  conditionBlock,
  conditionFields,
  conditionState,
  keptConditions,
  matchField,
  mostRows,
  readConditions,
} from './conditions.ts';
import {
  type Draft,
  type FormKind,
  type FormMeta,
  type Ground,
  ifUnchanged,
  type Misfit,
  misplaced,
  nameField,
  orderField,
  placeIn,
  type State,
  textIn,
} from './form.ts';
import { parsedAs } from './parsed.ts';

/*
 * The frame of what mappings and rules have in common: an entry of a list in an order that counts, with conditions, and with what it
 * gives where they hold.
 */

type Entry = { name: string; match: Match; conditions: Condition[] };

/** What is an entry's own. */
export type Conditional<T extends Entry> = {
  head(meta: FormMeta): string;
  schema: z.ZodType<T>;
  /** The list it stands in. */
  list(config: Config, meta: FormMeta): readonly T[];
  /** Where that list stands: `mappings`. */
  placeOf(config: Config, meta: FormMeta): string;
  orderHint: string;
  holder(meta: FormMeta, name: string): Holder;
  /** What it gives, as its inputs hold, ask for, keep and read it. */
  state(entry: T | undefined): State;
  fields(entry: T | undefined, state: State): Field[];
  notes(entry: T | undefined): string[];
  read(entry: T | undefined, state: State): { raw: object; blockOf(path: string): string | null } | Misfit;
  /** Where it is told what no input is about. */
  otherwise: string;
  add(config: Config, meta: FormMeta, entry: T, place: number): Config;
  change(config: Config, meta: FormMeta, name: string, change: Omit<T, 'name'>): Config;
  move(config: Config, meta: FormMeta, name: string, place: number): Config;
  remove(config: Config, meta: FormMeta): Config;
};

export function conditionalForm<T extends Entry>(own: Conditional<T>): FormKind {
  const find = ({ config }: Ground, meta: FormMeta): T | undefined =>
    own.list(config, meta).find(({ name }) => name === meta.name);
  const form: FormKind = {
    mostRows: () => mostRows,
    head: own.head,
    entry: (ground, meta) => (meta.act === 'new' ? {} : find(ground, meta)),
    state(ground, meta) {
      const entry = find(ground, meta);
      const entries = own.list(ground.config, meta);
      const order = entry === undefined ? entries.length + 1 : entries.indexOf(entry) + 1;
      const { match = 'all', conditions = [] } = entry ?? {};
      return { ...conditionState(conditions), match, order: String(order), ...own.state(entry) };
    },
    fields: (ground, meta, state) => [
      ...(meta.act === 'new' ? [nameField('Name')] : []),
      ...conditionFields(state, meta.rows),
      matchField(state),
      ...own.fields(find(ground, meta), state),
      orderField(state, own.orderHint),
    ],
    notes(ground, meta) {
      const entry = find(ground, meta);
      return [...keptConditions(entry?.conditions ?? []), ...own.notes(entry)];
    },
    draft: (ground, meta, state) => draftOf(form, own, ground, meta, state),
    removal: (meta) => ifUnchanged(form, meta, (config) => own.remove(config, meta)),
  };
  return form;
}

function draftOf<T extends Entry>(
  form: FormKind,
  own: Conditional<T>,
  ground: Ground,
  meta: FormMeta,
  state: State,
): Draft | Misfit {
  const entries = own.list(ground.config, meta);
  const stored = entries.find(({ name }) => name === meta.name);
  const place = placeIn(state);
  if (place === null) return misplaced;
  const conditions = readConditions(state, meta.rows, stored?.conditions ?? []);
  if ('errors' in conditions) return conditions;
  const given = own.read(stored, state);
  if ('errors' in given) return given;
  const name = meta.act === 'new' ? textIn(state, 'name').trim() : (meta.name ?? '');
  const raw = { name, match: textIn(state, 'match') || 'all', conditions: conditions.raw, ...given.raw };
  const blockOf = (path: string) =>
    conditionBlock(path, conditions.rowOf) ?? given.blockOf(path) ?? /^(name|match)/.exec(path)?.[1] ?? null;
  const read = parsedAs(own.schema, raw, blockOf, own.otherwise);
  if ('errors' in read) return read;
  const { name: _, ...change } = read.value;
  const was = stored === undefined ? -1 : entries.indexOf(stored);
  return {
    holder: own.holder(meta, name),
    place: (next) => `${own.placeOf(next, meta)}[${own.list(next, meta).findIndex((one) => one.name === name)}]`,
    blockOf,
    edit: ifUnchanged(form, meta, (config) => {
      if (meta.act === 'new') return own.add(config, meta, read.value, place);
      const changed = own.change(config, meta, name, change);
      return place === was ? changed : own.move(changed, meta, name, place);
    }),
  };
}
