import { z } from 'zod';
import type { Field } from '../../../blocks/inputs.ts';
import type { Config } from '../../core/config.ts';
import type { Problem } from '../../core/config-check.ts';
import type { TargetAttribute, TargetConnector } from '../../core/connector.ts';
import { stepNames } from '../../core/draft.ts';
import { refused } from '../../core/errors.ts';
import { digestOf } from '../../core/hash.ts';
import { ended } from '../../core/text.ts';
import type { Edit, Holder } from '../../engine/configure/configuring.ts';

export const parts = ['mapping', 'role', 'settings', 'rule', 'parameter', 'app', 'directory'] as const;
/** What a button or a form is about: ids only, looked up anew and trusted with nothing. */
export const PartIds = z.strictObject({
  what: z.enum(parts),
  app: z.string().max(80).exactOptional(),
  /** Of a parameter: its place. Of an app and of the settings: the section. */
  name: z.string().max(80).exactOptional(),
  /** It is about an app that is still on its way, and which of its steps. */
  draft: z.string().max(64).exactOptional(),
  step: z.enum(stepNames).exactOptional(),
});
export type PartIds = z.infer<typeof PartIds>;

/** What a form carries between opening, showing and saving. */
export const FormMeta = PartIds.extend({
  act: z.enum(['new', 'edit', 'remove']),
  /** Stands for what was there when the form was opened. */
  was: z.string().max(64).exactOptional(),
  /** Rows of conditions. */
  rows: z.number().int().min(0).max(50).default(0),
  /** Stands for the change whose effect was shown. */
  shown: z.string().max(64).exactOptional(),
});
export type FormMeta = z.infer<typeof FormMeta>;

/** What is in the inputs, by their blocks. */
export type State = Readonly<Record<string, string | readonly string[]>>;

/** Where apps and browsers reach Rollcall for signing on. */
export type SignOnAddresses = { entityId: string; signOn: string; metadata: string };

/** What a form is made from: the configuration, and what the app's connector says of its attributes. */
export type Ground = {
  config: Config;
  attributes: readonly TargetAttribute[];
  /** What the app can do; null: not known, or it is about no app. */
  target?: Pick<TargetConnector, 'title' | 'capabilities' | 'remarks'> | null;
  /** Null or left out: there are none, or nobody asked for them. */
  addresses?: SignOnAddresses | null;
};

/** What somebody wrote, understood: the edit, or what is wrong with it, block by block. */
export type Draft = {
  edit: Edit;
  holder: Holder | null;
  /** Where the entry stands in the configuration that would be: `mappings[3]`. */
  place(next: Config): string;
  /** The block that a path within the entry is asked in; null: none. */
  blockOf(path: string): string | null;
};
export type Misfit = { errors: Readonly<Record<string, string>> };

/** A part of the configuration as a form asks for it. */
export type FormKind = {
  /** What it is called: `Mapping Sales people`. */
  head(meta: FormMeta): string;
  /** What is there; undefined where it is gone. Of a new one: what it starts from. */
  entry(ground: Ground, meta: FormMeta): unknown;
  state(ground: Ground, meta: FormMeta): State;
  fields(ground: Ground, meta: FormMeta, state: State): Field[];
  /** What the form cannot show and keeps. */
  notes(ground: Ground, meta: FormMeta): string[];
  draft(ground: Ground, meta: FormMeta, state: State): Draft | Misfit;
  removal(meta: FormMeta): Edit;
  /** Rows of conditions there are at most; 0: it has none. */
  mostRows(meta: FormMeta): number;
};

export const textIn = (state: State, block: string): string => {
  const held = state[block];
  return typeof held === 'string' ? held : '';
};
export const listIn = (state: State, block: string): readonly string[] => {
  const held = state[block];
  return held === undefined || typeof held === 'string' ? [] : held;
};

/** Stands for an entry as it was read. */
export const marked = (entry: unknown): string => digestOf(entry ?? null).slice(0, 16);

/** The edit, if what it changes is still as it was when the form was opened. */
export const ifUnchanged =
  (kind: FormKind, meta: FormMeta, edit: Edit): Edit =>
  (config) => {
    const now = kind.entry({ config, attributes: [] }, meta);
    if (meta.was === undefined || marked(now) === meta.was) return edit(config);
    throw refused('config-changed', 'it was changed by somebody else meanwhile', 'Open it again.');
  };

/** A problem as a form tells it. */
export function sentenceOf({ message, remedy }: Pick<Problem, 'message' | 'remedy'>): string {
  // Where the schema has words of its own they say it all.
  const text = message === 'the value is not accepted' ? remedy : `${message}: ${remedy}`;
  return ended(`${text.charAt(0).toUpperCase()}${text.slice(1)}`);
}

/** Longest a name is, as the configuration has it. */
export const nameField = (label: string): Field => ({
  ...{ kind: 'text', block: 'name', label, value: '', lines: false, most: 80, optional: false },
  hint: 'It is a key and stays as it is.',
});

/** Where it stands in a list whose order counts, from 1. */
export function placeIn(state: State): number | null {
  const text = textIn(state, 'order').trim();
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) - 1 : null;
}
export const orderField = (state: State, hint: string): Field => ({
  ...{
    kind: 'text',
    block: 'order',
    label: 'Place',
    hint,
    value: textIn(state, 'order'),
    lines: false,
    optional: false,
  },
});
export const misplaced = { errors: { order: 'Write a whole number above 0.' } };
