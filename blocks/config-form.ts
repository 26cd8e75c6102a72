import type { KnownBlock, ModalView } from '@slack/types';
import { changeBlocks, countsText, hitText } from './config-lines.ts';
import type { EffectView } from './config-view.ts';
import { durationBlocks } from './durations.ts';
import { fitting } from './fitting.ts';
import { buttonRow, idButton } from './id-button.ts';
import { actionIds, callbackIds } from './ids.ts';
import { type Field, inputOf } from './inputs.ts';
import { context, divider, limits, plainText, section, viewBlocks } from './kit.ts';
import { list } from './list.ts';
import { bold, enumerate, escaped, type Markup, md, nothing } from './markup.ts';
import { noteBlocks } from './notes.ts';
import { oneSentence } from './sentence.ts';
import type { PlanPreview } from './view.ts';
import { count } from './words.ts';

/** A form about a part of the configuration. `metadata`: ids only, handed back with the answer. */
export type FormView = {
  title: string;
  /** What it is about: `Mapping Sales people`. */
  head: string;
  fields: readonly Field[];
  notes: readonly string[];
  /** What the button that adds a row is called; null: there are no rows, or no more fit. */
  addRow: string | null;
  /** What it would do; null: not shown yet, and nothing can be saved. */
  effect: EffectView | null;
  /** `Save`, `Remove`. */
  verb: string;
  metadata: string;
};

/** First it asks and shows what that would do; submitted again unchanged, it saves. */
export function configForm(view: FormView): ModalView {
  const { title, head, fields, notes, addRow, effect, verb, metadata } = view;
  const inputs = fitting(fields, inputOf);
  return {
    type: 'modal',
    callback_id: effect === null ? callbackIds.configForm : callbackIds.configSave,
    private_metadata: metadata,
    title: plainText(title, limits.title),
    submit: plainText(effect === null ? 'See what it does' : submitText(effect, verb), limits.title),
    close: plainText('Cancel', limits.title),
    blocks: viewBlocks([
      section(md`${head}`),
      ...(effect === null ? [] : [...effectBlocks(effect), ...(fields.length === 0 ? [] : [divider])]),
      ...inputs.blocks,
      addRow === null
        ? null
        : buttonRow([idButton({ id: actionIds.configAddRow, label: addRow, ids: { add: 'row' } })]),
      ...noteBlocks(notes, inputs.left),
    ]),
  };
}

const submitText = ({ deciders }: EffectView, verb: string): string => (deciders.length === 0 ? verb : 'Propose');

/** What is shown while it is worked out, and at the end; it asks nothing. */
export function configNote(title: string, text: string, more: readonly string[] = []): ModalView {
  return {
    type: 'modal',
    callback_id: callbackIds.configForm,
    title: plainText(title, limits.title),
    close: plainText('Close', limits.title),
    blocks: viewBlocks([section(md`${text}`), ...list(more, (line) => md`• ${escaped(line, 400)}`)]),
  };
}

function effectBlocks({ lines, power, deciders, hits, plan }: EffectView): KnownBlock[] {
  return [
    ...changeBlocks(lines, power, 3_000),
    ...(hits === null ? [] : [section(hitsText(hits))]),
    ...planBlocks(plan),
    context(deciders.length === 0 ? md`Nothing is changed yet.` : decidersText(deciders)),
  ];
}

function hitsText({ people, gained, lost }: NonNullable<EffectView['hits']>): Markup {
  const allNew = gained.count === people.count;
  const parts = [
    md`*Holds for*  ${hitText(people)}.`,
    gained.count === 0 ? nothing : allNew ? md` All of them are new.` : md` New: ${hitText(gained)}.`,
    lost.count === 0 ? nothing : md` No longer: ${hitText(lost)}.`,
  ];
  return md`${parts[0] ?? nothing}${parts[1] ?? nothing}${parts[2] ?? nothing}`;
}

/** Operations told one by one. */
const sampled = 5;

function planBlocks(plan: EffectView['plan']): KnownBlock[] {
  if (plan === null) return [section(md`*It would come to*  still being worked out.`)];
  if (typeof plan === 'string')
    return [section(md`*It would come to*  what cannot be worked out: ${escaped(plan, 500)}`)];
  const { dropped = [] } = plan;
  const sentences = [
    ...(dropped.length === 0 ? [] : [md`*No longer done*  ${countsText(dropped)}.`]),
    ...(plan.passwords ?? []).slice(0, sampled).map((sentence) => md`*Passwords*  ${escaped(sentence, 400)}`),
  ];
  return [...list(planLines(plan), (row) => row, 2_500), ...durationBlocks(plan), ...sentences.map(section)];
}

function planLines({ counts, people, operations }: PlanPreview): Markup[] {
  if (counts.length === 0) return [md`*It would come to*  no account changes.`];
  const rows = operations
    .slice(0, sampled)
    .map(({ personName, app, kind, why }) => md`• ${oneSentence(kind, personName, app)}: ${escaped(why, 160)}`);
  return [
    md`*It would come to*  ${countsText(counts)}, for ${count(people, 'person', 'people')}. For example:`,
    ...rows,
  ];
}

/** Who else has to agree. */
export function decidersText(deciders: readonly string[]): Markup {
  const named = deciders.slice(0, 5).map((name) => bold(name, 60));
  const more = deciders.length - named.length;
  const all = more > 0 ? [...named, md`${count(more, 'other', 'others')}`] : named;
  return md`It changes who decides: one of ${enumerate(all)} has to agree before anything changes.`;
}
