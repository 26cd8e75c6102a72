import { configSearches } from '../../../blocks/ids.ts';
import { type Field, longestText } from '../../../blocks/inputs.ts';
import { limits } from '../../../blocks/kit.ts';
import { type Action, Rule } from '../../core/app-schema.ts';
import { addRule, changeRule, moveRule, removeRule } from '../../core/config-edit-app.ts';
import { fieldText, linesIn } from '../../core/form.ts';
import { conditionalForm } from './conditional.ts';
import { writtenValue } from './conditions.ts';
import { type FormKind, type Misfit, type State, textIn } from './form.ts';
import { rowAt, type Woven, woven } from './rows.ts';

/** Actions of a rule that a form has room for. */
const mostActions = 6;

const acts = [
  { value: 'add', text: 'gives these values as well' },
  { value: 'set', text: 'sets it to this' },
  { value: 'remove', text: 'takes these values back' },
  { value: 'clear', text: 'takes everything back' },
  { value: 'extract', text: 'gives values by a pattern' },
];

/** An action as its row shows it. */
type Row = { target: string; act: string; text: string };
function rowOf({ target, add, set, remove, extract }: Action): Row {
  if (add !== undefined) return { target, act: 'add', text: fieldText(add) };
  if (set !== undefined) return { target, act: 'set', text: fieldText(set) };
  if (remove === true) return { target, act: 'clear', text: '' };
  if (remove !== undefined) return { target, act: 'remove', text: fieldText(remove) };
  return { target, act: 'extract', text: [extract?.from, extract?.pattern, extract?.value].join('\n') };
}

const isShown = (action: Action): boolean =>
  rowOf(action).text.length <= longestText && action.target.length <= limits.option;
const shownOf = (actions: readonly Action[]): Action[] => actions.filter(isShown).slice(0, mostActions);
const keptOf = (actions: readonly Action[]): Action[] => actions.filter((one) => !shownOf(actions).includes(one));

export const ruleForm: FormKind = conditionalForm<Rule>({
  schema: Rule,
  head: ({ act, app, name }) => (act === 'new' ? `A new rule of ${app}` : `Rule ${name} of ${app}`),
  list: ({ apps }, { app }) => apps.find(({ name }) => name === app)?.rules ?? [],
  placeOf: ({ apps }, { app }) => `apps[${apps.findIndex(({ name }) => name === app)}].rules`,
  orderHint: 'Rules run in this order.',
  holder: ({ app = '' }, rule) => ({ app, rule }),
  state(rule) {
    const rows = shownOf(rule?.actions ?? []).flatMap((action, row) =>
      Object.entries(rowOf(action)).map(([key, text]) => [`actions[${row}].${key}`, text]),
    );
    return Object.fromEntries(rows);
  },
  fields(rule, state) {
    const rows = Math.min(mostActions, shownOf(rule?.actions ?? []).length + 1);
    return Array.from({ length: rows }, (_, row) => actionFields(state, row)).flat();
  },
  notes: (rule) => keptOf(rule?.actions ?? []).map(({ target }) => `Kept as it is: ${target}`),
  read(rule, state) {
    const actions = readActions(state, rule?.actions ?? []);
    if ('errors' in actions) return actions;
    return { raw: { actions: actions.raw }, blockOf: (path) => actionBlock(path, actions.rowOf) };
  },
  otherwise: 'actions[0].target',
  add: (config, { app = '' }, rule, place) => addRule(config, app, rule, place),
  change: (config, { app = '' }, name, change) => changeRule(config, app, name, change),
  move: (config, { app = '' }, name, place) => moveRule(config, app, name, place),
  remove: (config, { app = '', name = '' }) => removeRule(config, app, name),
});

function actionFields(state: State, row: number): Field[] {
  const place = `actions[${row}]`;
  const held = (key: string) => textIn(state, `${place}.${key}`);
  return [
    {
      ...{ kind: 'name', block: `${place}.target`, label: `Action ${row + 1}: what in the app`, optional: true },
      ...{ action: configSearches.target, value: held('target') || null, hint: '' },
    },
    {
      ...{ kind: 'choice', block: `${place}.act`, label: `Action ${row + 1}: what it does`, optional: true },
      ...{ choices: acts, value: held('act') || null, hint: '' },
    },
    {
      ...{ kind: 'text', block: `${place}.text`, label: `Action ${row + 1}: values`, optional: true, lines: true },
      ...{
        value: held('text'),
        hint: 'A line each. By a pattern: the attribute, the pattern, and the value, such as $1.',
      },
    },
  ];
}

function readActions(state: State, stored: readonly Action[]): Woven | Misfit {
  const shown = shownOf(stored);
  const written = new Map<number, unknown>();
  for (let row = 0; row < mostActions; row += 1) {
    const place = `actions[${row}]`;
    const [target, act, text] = [`${place}.target`, `${place}.act`, `${place}.text`].map((block) =>
      textIn(state, block),
    ) as [string, string, string];
    if (target === '' && act === '' && text.trim() === '') continue;
    if (target === '') return { errors: { [`${place}.target`]: 'Name it, or empty the whole row.' } };
    if (act === '') return { errors: { [`${place}.act`]: 'Choose what it does.' } };
    written.set(row, actionOf({ target, act, text }, shown[row]));
  }
  return woven(stored, shown, written);
}

/** What was not touched stays exactly what it was. */
function actionOf({ target, act, text }: Row, stored: Action | undefined): unknown {
  const was = stored === undefined ? null : rowOf(stored);
  if (was !== null && was.target === target && was.act === act && was.text === text) return stored;
  if (act === 'clear') return { target, remove: true };
  if (act === 'set') return { target, set: writtenValue(text, stored?.set) ?? '' };
  if (act === 'extract') {
    const [from = '', pattern = '', value] = linesIn(text);
    return { target, extract: { from, pattern, ...(value === undefined ? {} : { value }) } };
  }
  return { target, [act]: linesIn(text) };
}

function actionBlock(path: string, rows: Woven['rowOf']): string | null {
  const found = rowAt(path, 'actions', rows);
  if (found === null) return null;
  return `actions[${found.row}].${found.rest === '' || found.rest === '.target' ? 'target' : 'text'}`;
}
