import type { StepField } from '../../../blocks/connect-form.ts';
import { type Field, type Filled, filledAt, meaningOf, withFilled, wordsOf } from '../../core/connection-form.ts';
import { openFields } from '../../core/draft-connection.ts';
import { ended, spokenName } from '../../core/text.ts';
import { type State, textIn } from '../forms/form.ts';
import type { StepForm, StepGround } from './step.ts';

const blockOf = (path: string): string => `field:${path}`;

/** Where the app or directory is reached: every field of its connection that is not secret. */
export const connectionStep: StepForm = {
  what: 'settings',
  head: ({ draft, connector }) => `Where ${draft.title ?? draft.name} is reached, for ${connector.title}.`,
  lines: () => [],
  fields(ground, state) {
    const filled = filledIn(ground, state);
    return openFields(ground.connector, filled).map((field) => inputFor(field, filled));
  },
  notes: () => ['Passwords, tokens and keys are entered on a page of their own in the next step, never here.'],
  read(ground, state) {
    const filled = filledIn(ground, state);
    const fields = openFields(ground.connector, filled);
    return { change: { connection: filled }, blockOf: (path) => blockFor(fields, path) };
  },
};

/** What is in the inputs, on top of what was saved. A field that is not drawn, as another kind was chosen, stays as it was. */
function filledIn({ draft, connector }: StepGround, state: State): Filled {
  const choices = openFields(connector, draft.connection).filter(({ decides }) => decides);
  const chosen = choices.reduce((so, field) => withInput(so, field, state), draft.connection);
  return openFields(connector, chosen).reduce((so, field) => withInput(so, field, state), chosen);
}

function withInput(filled: Filled, field: Field, state: State): Filled {
  const block = blockOf(field.path);
  return Object.hasOwn(state, block) ? withFilled(filled, field.path, meaningOf(field, textIn(state, block))) : filled;
}

/** An error is told at the field it is about, or at the nearest part of it. */
function blockFor(fields: readonly Field[], path: string): string | null {
  const found =
    fields.find((field) => field.path === path) ??
    fields.find((field) => path.startsWith(`${field.path}.`) || field.path.startsWith(`${path}.`));
  return found === undefined ? null : blockOf(found.path);
}

function inputFor(field: Field, filled: Filled): StepField {
  const { path, kind, required, options, decides, fallback } = field;
  const value = filledAt(filled, path);
  const base = { block: blockOf(path), label: labelOf(path), hint: hintOf(field), optional: !required };
  if (kind === 'choice')
    return {
      ...{
        ...base,
        kind: 'choice',
        choices: options.map((one) => ({ value: one, text: one === '\t' ? 'tab' : one })),
        asks: decides,
      },
      value: typeof value === 'string' ? value : decides && required ? fallback : null,
    };
  if (kind === 'yes-no')
    return { ...base, kind: 'choice', choices: yesNo, value: value === undefined ? null : wordsOf(field, value) };
  return { ...base, kind: 'text', lines: kind === 'list' || kind === 'pairs', value: wordsOf(field, value) };
}

const yesNo = [
  { value: 'yes', text: 'yes' },
  { value: 'no', text: 'no' },
];

/** `auth.type` is *Auth: type*. */
function labelOf(path: string): string {
  const text = path.split('.').map(spokenName).join(': ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function hintOf({ kind, help, fallback, decides }: Field): string {
  const how = { list: 'A line each.', pairs: 'A line each, such as “department: Dept.”.' };
  const parts = [
    help === null ? '' : ended(help),
    kind === 'list' || kind === 'pairs' ? how[kind] : '',
    fallback === null || decides ? '' : `Empty: ${fallback}.`,
  ];
  return parts.filter((part) => part !== '').join(' ');
}
