import type { InputBlock, KnownBlock, ModalView } from '@slack/types';
import { fitting } from './fitting.ts';
import { actionIds, callbackIds } from './ids.ts';
import { type Field, inputOf } from './inputs.ts';
import { limits, plainText, section, viewBlocks } from './kit.ts';
import { list } from './list.ts';
import { type Markup, md } from './markup.ts';
import { noteBlocks } from './notes.ts';

/** An input of a step; `asks`: choosing another value draws the form anew. */
export type StepField = Field & { asks?: boolean };

export type StepFormView = {
  title: string;
  head: Markup;
  /** What is there already, a line each. */
  lines: readonly string[];
  fields: readonly StepField[];
  notes: readonly string[];
  submit: string;
  /** Ids only, handed back with the answer. */
  metadata: string;
};

/** One step as a form. */
export function stepForm({ title, head, lines, fields, notes, submit, metadata }: StepFormView): ModalView {
  const inputs = fitting(fields, fieldBlock);
  return {
    type: 'modal',
    callback_id: callbackIds.connectStep,
    private_metadata: metadata,
    title: plainText(title, limits.title),
    submit: plainText(submit, limits.title),
    close: plainText('Cancel', limits.title),
    blocks: viewBlocks([
      section(head),
      ...list(lines, (line) => md`• ${line}`, 2_000),
      ...inputs.blocks,
      ...noteBlocks(notes, inputs.left),
    ]),
  };
}

function fieldBlock(field: StepField, searched: boolean): KnownBlock {
  const block = inputOf(field, searched) as InputBlock;
  if (field.asks !== true) return block;
  return {
    ...block,
    dispatch_action: true,
    element: { ...block.element, action_id: actionIds.connectAsk },
  } as KnownBlock;
}

/** Asks what to connect. `metadata`: ids only. */
export function startForm(
  kind: 'app' | 'directory',
  connectors: readonly { name: string; title: string }[],
  metadata: string,
): ModalView {
  const choices = connectors.map(({ name, title }) => ({ value: name, text: title }));
  const [only, another] = choices;
  const fields: Field[] = [
    {
      ...{ kind: 'choice', block: 'connector', label: 'How is it reached?', optional: false, choices },
      ...{ value: another === undefined ? (only?.value ?? null) : null, hint: 'The connector that speaks to it.' },
    },
    {
      ...{ kind: 'text', block: 'name', label: 'Name', value: '', lines: false, most: 80, optional: false },
      hint: 'Short, such as crm: it is a key, and stays as it is.',
    },
    {
      ...{ kind: 'text', block: 'title', label: 'Title', value: '', lines: false, most: 80, optional: true },
      hint: 'What people read instead of the name.',
    },
  ];
  return {
    type: 'modal',
    callback_id: callbackIds.connectStart,
    private_metadata: metadata,
    title: plainText(kind === 'app' ? 'Connect an app' : 'Connect a directory', limits.title),
    submit: plainText('Begin', limits.title),
    close: plainText('Cancel', limits.title),
    blocks: viewBlocks([
      section(
        md`The steps come to you as a direct message. Nothing is changed before you have reviewed what it would come to.`,
      ),
      ...fields.map((field) => inputOf(field)),
    ]),
  };
}
