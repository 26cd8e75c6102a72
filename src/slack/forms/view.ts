import type { ModalView } from '@slack/types';
import { configForm } from '../../../blocks/config-form.ts';
import type { EffectView } from '../../../blocks/config-view.ts';
import { nameOfValue } from '../../../blocks/inputs.ts';
import { canonicalAttributes } from '../../core/model.ts';
import { type FormKind, type FormMeta, type Ground, marked, type State } from './form.ts';
import { formKinds } from './kinds.ts';

const titles = { new: 'Add', edit: 'Change', remove: 'Remove' } as const;
export const titleOf = ({ act, what }: FormMeta): string => `${titles[act]} ${what}`;

/** Rows a form begins with: those there are, and an empty one. */
const rowsFor = (kind: FormKind, meta: FormMeta, state: State): number => {
  const used = Object.keys(state).filter((block) => /^conditions\[\d+\]\.attribute$/.test(block)).length;
  return Math.min(kind.mostRows(meta), used + 1);
};

/** The form as it opens; null: what it is about is gone. */
export function openedForm(ground: Ground, ids: Omit<FormMeta, 'rows'>): { meta: FormMeta; state: State } | null {
  const kind = formKinds[ids.what];
  const asked: FormMeta = { ...ids, rows: 0 };
  const entry = kind.entry(ground, asked);
  if (entry === undefined) return null;
  const state = kind.state(ground, asked);
  return { meta: { ...asked, was: marked(entry), rows: rowsFor(kind, asked, state) }, state };
}

/** Draws the form with what is in it. `effect`: what it would do, once that was worked out; `shown` stands for it. */
export function drawnForm(
  ground: Ground,
  meta: FormMeta,
  state: State,
  effect: { view: EffectView; shown: string } | null,
): ModalView {
  const kind = formKinds[meta.what];
  const { shown: _, ...rest } = meta;
  const carried: FormMeta = effect === null ? rest : { ...rest, shown: effect.shown };
  const removing = meta.act === 'remove';
  return configForm({
    ...{ title: titleOf(meta), head: kind.head(meta), effect: effect?.view ?? null },
    fields: removing ? [] : kind.fields(ground, meta, state),
    notes: removing ? [] : kind.notes(ground, meta),
    addRow: removing || meta.rows >= kind.mostRows(meta) ? null : 'Add a condition',
    verb: removing ? 'Remove' : 'Save',
    metadata: JSON.stringify(carried),
  });
}

/** What is in the inputs, on top of what is there: an input for which there was no room says nothing, and changes nothing. */
export function wholeState(ground: Ground, meta: FormMeta, state: State): State {
  if (meta.act === 'remove') return {};
  return { ...formKinds[meta.what].state(ground, meta), ...namedState(ground, state) };
}

/** Would everything that is in the inputs find room in the form again? Texts grow while people type. */
export function fits(view: ModalView, state: State): boolean {
  const drawn = new Set(view.blocks.map(({ block_id }) => block_id));
  return Object.keys(state).every((block) => drawn.has(block));
}

/** Names in inputs that were too long for an option, by what there is to choose from. */
export function namedState({ config, attributes }: Ground, state: State): State {
  const names = [
    ...config.roles.map(({ name }) => name),
    ...config.apps.map(({ name }) => name),
    ...attributes.map(({ name }) => name),
    ...canonicalAttributes,
  ];
  const named = (value: string) => nameOfValue(value, names);
  return Object.fromEntries(
    Object.entries(state).map(([block, held]) => [block, typeof held === 'string' ? named(held) : held.map(named)]),
  );
}
